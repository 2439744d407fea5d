using CsCheck;
using ServerlessGdpr.Functions.Access.Exports;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Exports;

public sealed class FileNumbersTests
{
    [Fact]
    public void However_writes_end_no_two_records_name_a_number_and_no_number_is_left_out_in_the_end() => Gen.Int[0, 3].List[0, 60].Sample(ends =>
    {
        var named = new HashSet<int>();
        var numbers = new FileNumbers(0, []);
        var open = new Queue<int>();
        foreach (var end in ends)
        {
            open.Enqueue(numbers.Take());
            if (end == 0) numbers.GiveBack(open.Dequeue());
            if (end == 1) Name(open.Dequeue());

            // A new invocation: what was written and named by no record is written again.
            if (end == 2) (numbers, open) = (new FileNumbers(numbers.Highest, numbers.Free), []);
        }

        numbers = new FileNumbers(numbers.Highest, numbers.Free);
        for (var gaps = numbers.Free.Count; gaps > 0; gaps--) Name(numbers.Take());

        named.Order().ShouldBe(Enumerable.Range(1, numbers.Highest));

        void Name(int number)
        {
            named.Add(number).ShouldBeTrue();
            numbers.Name(number);
        }
    });
}
