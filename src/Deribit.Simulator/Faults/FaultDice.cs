using Deribit.Simulator.Channels;
using Deribit.Simulator.Wire;

namespace Deribit.Simulator.Faults;

/// <summary>Draws faults by chance, one die per connection so that connections do not disturb one another.</summary>
internal sealed class FaultDice(FaultSchedule schedule)
{
    private readonly KeyValuePair<FaultKind, double>[] _rates =
        [.. schedule.Rates.Where(rate => SimulatorFaults.IsFrameFault(rate.Key) && rate.Key != FaultKind.Mute).OrderBy(rate => rate.Key)];

    private readonly Dictionary<long, SeededRandom> _dice = [];

    public FaultKind? Roll(Subscription subscription)
    {
        if (!ArmedFault.Matches(schedule.Channel, subscription.Channel.Name))
        {
            return null;
        }

        var id = subscription.Session.Id;
        if (!_dice.TryGetValue(id, out var die))
        {
            die = new SeededRandom(SeededRandom.Mix((ulong)schedule.Seed ^ ((ulong)id << 32)));
            _dice.Add(id, die);
        }

        var draw = die.NextDouble();
        foreach (var (kind, rate) in _rates)
        {
            if (draw < rate)
            {
                return kind;
            }

            draw -= rate;
        }

        return null;
    }
}
