namespace MarketData.Books;

/// <summary>How a <see cref="BookAudit"/> stands.</summary>
internal enum BookAuditVerdict
{
    /// <summary>The answer is missing, or the book has not come as far yet.</summary>
    Pending,

    /// <summary>At the answer's id the book was the exchange's, level by level.</summary>
    Agreed,

    /// <summary>At the answer's id the book was another one.</summary>
    Differed,

    /// <summary>The book was never at the answer's id, or there was no answer.</summary>
    Inconclusive,
}
