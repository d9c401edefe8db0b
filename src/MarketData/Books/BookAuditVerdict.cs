namespace MarketData.Books;

/// <summary>How a <see cref="BookAudit"/> stands.</summary>
internal enum BookAuditVerdict
{
    /// <summary>The answer is missing, or the book has not come as far yet.</summary>
    Pending,

    /// <summary>At the answer's id the book was the exchange's, level by level; or at the frame behind it, which brackets it.</summary>
    Agreed,

    /// <summary>At the answer's id the book was another one.</summary>
    Differed,

    /// <summary>The answer lies between two frames, and levels that the second one does not name differ: once, it proves nothing.</summary>
    Missed,

    /// <summary>The answer is older than the audit, or there was none.</summary>
    Inconclusive,
}
