using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class FailureFamilyTests
{
    [Fact]
    public void Every_failure_is_sealed_and_its_class_name_is_its_alone()
    {
        var failures = typeof(PermanentFailure).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(PermanentFailure)) || type.IsSubclassOf(typeof(TransientFailure))))
            .ToList();

        failures.ShouldContain(typeof(InvalidInput));
        failures.ShouldAllBe(type => type.IsSealed);
        failures.Select(type => type.Name).ShouldBeUnique();
    }

    [Fact]
    public void A_failure_that_the_runtime_raises_itself_is_in_the_family_its_name_promises()
    {
        Type[] permanent = [typeof(InvalidConfiguration), typeof(InvalidInput), typeof(AnswerTooLarge), typeof(AwsAccessDenied), typeof(AwsResourceNotFound)];
        Type[] transient = [typeof(AwsUnavailable), typeof(AwsRefused), typeof(DeadlineExceeded)];

        permanent.ShouldAllBe(type => type.IsSubclassOf(typeof(PermanentFailure)));
        transient.ShouldAllBe(type => type.IsSubclassOf(typeof(TransientFailure)));
    }
}
