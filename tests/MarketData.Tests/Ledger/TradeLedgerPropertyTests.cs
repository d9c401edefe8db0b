using CsCheck;
using LedgerRules;
using MarketData.Tests.Trades;

namespace MarketData.Tests.Ledger;

/// <summary>Whatever the network does to the trades, their ledger keeps its law.</summary>
public sealed class TradeLedgerPropertyTests
{
    [Fact]
    public void Ledger_of_trades_keeps_its_law_through_losses_holes_and_repairs() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[-12, 14]).Array[1, 150].Sample(
            steps =>
            {
                var rig = new TapeRig();
                long epoch = 1;
                long at = 1_000;
                var up = true;
                rig.Set.Connected(epoch, rig.Output);
                foreach (var (fate, step) in steps)
                {
                    if (fate == 0 && up) rig.Set.Disconnected("Lost.", rig.Output);
                    if (fate == 1 && !up) rig.Set.Connected(++epoch, rig.Output);
                    up = fate switch { 0 => false, 1 => true, _ => up };
                    if (up) rig.Accept(at += step);
                }

                var law = LedgerLaw.Read(rig.Output);
                Assert.Empty(law.Violations);
                var holes = rig.Tape.OpenGaps.Sum(gap => gap.Missing);
                Assert.Equal(holes > 0, law.Open.Any(open => open.Contains(" trades from ", StringComparison.Ordinal)));
            },
            iter: 1000);
}
