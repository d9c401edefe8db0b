namespace Deribit.Simulator.Market;

/// <summary>One level before and after an event, in ticks and lots; 0 = no such level.</summary>
internal readonly record struct LevelChange(bool IsBid, long Price, long Before, long After)
{
    public bool IsNothing => Before == After;
}
