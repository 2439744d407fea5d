using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class DefinitionTests
{
    private const string Invoke = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true """;

    [Theory]
    [InlineData(""" "Type":"Pass","Netx":"X","End":true """, "The field 'Netx' is not supported by Step Functions at /States/S")]
    [InlineData(""" "Type":"Pass" """, "Exactly one of the fields 'Next' and 'End' is required at /States/S")]
    [InlineData(""" "Type":"Pass","Next":"S","End":true """, "Exactly one of the fields 'Next' and 'End' is required at /States/S")]
    [InlineData(""" "Type":"Pass","Next":"T" """, "MISSING_TRANSITION_TARGET: Missing transition target: T at /States/S")]
    [InlineData(""" "Type":"Pas","End":true """, "The state type 'Pas' does not exist")]
    [InlineData(""" "End":true """, "These fields are required: [Type] at /States/S")]
    [InlineData(""" "Type":"Pass","End":"yes" """, "The value for the field 'End' must be a BOOLEAN at /States/S")]
    [InlineData(""" "Type":"Pass","InputPath":"a","End":true """, "The value for the field 'InputPath' must be a valid JSONPath")]
    [InlineData(""" "Type":"Pass","ResultPath":"$.a[*]","End":true """, "The value for the field 'ResultPath' must be a valid Reference Path at /States/S")]
    [InlineData(""" "Type":"Pass","ResultPath":"$$.a","End":true """, "The value for the field 'ResultPath' must not lead into the context object at /States/S")]
    [InlineData(""" "Type":"Pass","Parameters":{"a":{"b.$":"x"}},"End":true """, "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call")]
    [InlineData(""" "Type":"Pass","Parameters":{"b.$":1},"End":true """, "The value for the field 'b.$' must be a STRING")]
    [InlineData(""" "Type":"Pass","Assign":{},"End":true """, "The field 'Assign' is not supported by the local cloud")]
    [InlineData(""" "Type":"Pass","QueryLanguage":"JSONata","End":true """, "The field 'QueryLanguage' is not supported by the local cloud")]
    [InlineData(""" "Type":"Pass","Retry":[],"End":true """, "The field 'Retry' is not supported by Step Functions at /States/S")]
    [InlineData(""" "Type":"Succeed","End":true """, "The field 'End' is not supported by Step Functions at /States/S")]
    [InlineData(""" "Type":"Fail","Error":"a","ErrorPath":"$.a" """, "Only one of 'Error' and 'ErrorPath' may be there at /States/S")]
    [InlineData(""" "Type":"Wait","End":true """, "Exactly one of the fields 'Seconds', 'SecondsPath', 'Timestamp' and 'TimestampPath' is required at /States/S")]
    [InlineData(""" "Type":"Wait","Seconds":1,"SecondsPath":"$","End":true """, "Exactly one of the fields 'Seconds', 'SecondsPath', 'Timestamp' and 'TimestampPath' is required at /States/S")]
    [InlineData(""" "Type":"Wait","Seconds":-1,"End":true """, "The value for the field 'Seconds' must be between 0 and 99999999 at /States/S")]
    [InlineData(""" "Type":"Wait","Timestamp":"2026-01-01","End":true """, "The value for the field 'Timestamp' must be a valid ISO-8601 extended offset date-time at /States/S")]
    [InlineData(""" "Type":"Choice","Choices":[] """, "The value for the field 'Choices' must be a non-empty ARRAY at /States/S")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringEqual":"x","Next":"S"}] """, "The field 'StringEqual' is not supported by Step Functions at /States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":1,"Next":"S"}] """, "The value for the field 'StringEquals' must be a STRING at /States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x","NumericEquals":1,"Next":"S"}] """, "A choice rule has exactly one comparison operator at /States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x"}] """, "These fields are required: [Next] at /States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x","Next":"S"}],"Default":"T" """, "Missing transition target: T at /States/S")]
    [InlineData(""" "Type":"Choice","Choices":[{"And":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"Next":"S"}] """, "The field 'Next' is not supported by Step Functions at /States/S/Choices[0]/And[0]")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invok","End":true """, "The resource 'arn:aws:states:::lambda:invok' does not exist or is not supported by the local cloud")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::aws-sdk:rds:describeDbInstances","End":true """, "did you mean 'arn:aws:states:::aws-sdk:rds:describeDBInstances'?")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::aws-sdk:rds:describeDBInstances","Parameters":{"DBInstanceIdentifier":"d"},"End":true """, "did you mean 'DbInstanceIdentifier'?")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::aws-sdk:dynamo:describeTable","End":true """, "did you mean 'arn:aws:states:::aws-sdk:dynamodb:describeTable'?")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem.waitForTaskToken","End":true """, "does not exist or is not supported by the local cloud")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"Payload":1},"End":true """, "The field 'FunctionName' of Parameters is required for 'arn:aws:states:::lambda:invoke' but was missing at /States/S")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Body":1},"End":true """, "The field 'Body' of Parameters is not supported for 'arn:aws:states:::lambda:invoke' at /States/S")]
    [InlineData(Invoke + ""","TimeoutSeconds":0""", "The value for the field 'TimeoutSeconds' must be between 1 and 99999999 at /States/S")]
    [InlineData(Invoke + ""","TimeoutSeconds":5,"TimeoutSecondsPath":"$.t" """, "Only one of 'TimeoutSeconds' and 'TimeoutSecondsPath' may be there at /States/S")]
    [InlineData(Invoke + ""","TimeoutSeconds":5,"HeartbeatSeconds":5""", "The value for the field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds' at /States/S")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":[]}]""", "The value for the field 'ErrorEquals' must be a non-empty ARRAY of STRING at /States/S/Retry[0]")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["States.ALL","X"]}]""", "States.ALL must be alone in its 'ErrorEquals' in 'Retry' at /States/S")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["X"]}]""", "States.ALL must be in the last element of 'Retry' at /States/S")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["X"],"BackoffRate":0.5}]""", "The value for the field 'BackoffRate' must be between 1 and")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["X"],"IntervalSeconds":1.5}]""", "The value for the field 'IntervalSeconds' must be a INTEGER at /States/S/Retry[0]")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["X"],"IntervalSeconds":5,"MaxDelaySeconds":5}]""", "The value for the field 'MaxDelaySeconds' must be greater than 'IntervalSeconds' at /States/S/Retry[0]")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["X"],"JitterStrategy":"HALF"}]""", "The value for the field 'JitterStrategy' must be one of [FULL, NONE] at /States/S/Retry[0]")]
    [InlineData(Invoke + ""","Catch":[{"ErrorEquals":["X"]}]""", "These fields are required: [Next] at /States/S/Catch[0]")]
    [InlineData(Invoke + ""","Catch":[{"ErrorEquals":["X"],"Next":"T"}]""", "Missing transition target: T at /States/S")]
    [InlineData(""" "Type":"Parallel","Branches":[],"End":true """, "The value for the field 'Branches' must be a non-empty ARRAY at /States/S")]
    [InlineData(""" "Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"S"}}}],"End":true """, "Missing transition target: S at /States/S/Branches[0]/States/A")]
    [InlineData(""" "Type":"Parallel","Branches":[{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}],"End":true """, "The state name 'S' is not unique in the state machine at /States/S/Branches[0]/States/S")]
    [InlineData(""" "Type":"Map","End":true """, "Exactly one of the fields 'ItemProcessor' and 'Iterator' is required at /States/S")]
    [InlineData(""" "Type":"Map","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Succeed"},"B":{"Type":"Succeed"}}},"End":true """, "State \"B\" is not reachable. at /States/S/ItemProcessor/States/B")]
    public async Task A_mistake_is_refused_and_its_place_named(string fields, string problem)
    {
        await using var cloud = new StateMachineHarness();

        var refusal = Should.Throw<AwsError>(() => cloud.Create("""{"StartAt":"S","States":{"S":{ FIELDS }}}""".Replace("FIELDS", fields)));

        refusal.Code.ShouldBe("InvalidDefinition");
        refusal.Message.ShouldStartWith("Invalid State Machine Definition: '");
        refusal.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData(""" "Type":"Pass","End":true,"ItemsPath":"$" """, "ItemsPath", "/States/S")]
    [InlineData(""" "Type":"Pass","End":true,"ResultSelector":{} """, "ResultSelector", "/States/S")]
    [InlineData(Invoke + ""","Credentials":{"RoleArn":"r"}""", "Credentials", "/States/S")]
    [InlineData(Invoke + ""","Timeoutseconds":1""", "Timeoutseconds", "/States/S")]
    [InlineData(Invoke + ""","Retry":[{"ErrorEquals":["E"],"MaxAttempt":1}]""", "MaxAttempt", "/States/S/Retry[0]")]
    [InlineData(Invoke + ""","Catch":[{"ErrorEquals":["E"],"Next":"S","OutputPath":"$"}]""", "OutputPath", "/States/S/Catch[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"Next":"S" """, "Next", "/States/S")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"ResultPath":"$" """, "ResultPath", "/States/S")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S","End":true}] """, "End", "/States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Not":{"Variable":"$.a","IsNul":true},"Next":"S"}] """, "IsNul", "/States/S/Choices[0]/Not")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","StringMatchesPath":"$.b","Next":"S"}] """, "StringMatchesPath", "/States/S/Choices[0]")]
    [InlineData(""" "Type":"Choice","Choices":[{"Variable":"$.a","NumericNotEquals":1,"Next":"S"}] """, "NumericNotEquals", "/States/S/Choices[0]")]
    [InlineData(""" "Type":"Wait","Seconds":1,"ResultPath":"$","End":true """, "ResultPath", "/States/S")]
    [InlineData(""" "Type":"Wait","Second":1,"End":true """, "Second", "/States/S")]
    [InlineData(""" "Type":"Succeed","Parameters":{} """, "Parameters", "/States/S")]
    [InlineData(""" "Type":"Fail","Errors":"E" """, "Errors", "/States/S")]
    [InlineData(""" "Type":"Parallel","MaxConcurrency":1,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}],"End":true """, "MaxConcurrency", "/States/S")]
    [InlineData(""" "Type":"Parallel","Branches":[{"StartAt":"A","TimeoutSeconds":1,"States":{"A":{"Type":"Succeed"}}}],"End":true """, "TimeoutSeconds", "/States/S/Branches[0]")]
    [InlineData(""" "Type":"Map","Items":[1],"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Succeed"}}},"End":true """, "Items", "/States/S")]
    [InlineData(""" "Type":"Map","ItemProcessor":{"StartAt":"A","State":{},"States":{"A":{"Type":"Succeed"}}},"End":true """, "State", "/States/S/ItemProcessor")]
    [InlineData(""" "Type":"Map","ItemProcessor":{"ProcessorConfig":{"Modes":"INLINE"},"StartAt":"A","States":{"A":{"Type":"Succeed"}}},"End":true """, "Modes", "/States/S/ItemProcessor/ProcessorConfig")]
    public async Task A_field_that_has_no_place_there_is_refused_wherever_it_stands(string fields, string field, string place)
    {
        await using var cloud = new StateMachineHarness();

        Should.Throw<AwsError>(() => cloud.Create($$"""{"StartAt":"S","States":{"S":{ {{fields}} } } }""")).Message.ShouldContain($"The field '{field}' is not supported by Step Functions at {place}");
    }

    [Theory]
    [InlineData("arn:aws:states:::lambda:Invoke", "arn:aws:states:::lambda:invoke")]
    [InlineData("arn:aws:states:::lamda:invoke", "arn:aws:states:::lambda:invoke")]
    [InlineData("arn:aws:states:::dynamodb:GetItem", "arn:aws:states:::dynamodb:getItem")]
    [InlineData("arn:aws:states:::aws-sdk:dynamoDb:describeTable", "arn:aws:states:::aws-sdk:dynamodb:describeTable")]
    [InlineData("arn:aws:states:::aws-sdk:dynamodb:DescribeTable", "arn:aws:states:::aws-sdk:dynamodb:describeTable")]
    [InlineData("arn:aws:states:::aws-sdk:dynamodb:describeContinousBackups", "arn:aws:states:::aws-sdk:dynamodb:describeContinuousBackups")]
    [InlineData("arn:aws:states:::aws-sdk:rds:describeDbClusterSnapshots", "arn:aws:states:::aws-sdk:rds:describeDBClusterSnapshots")]
    [InlineData("arn:aws:states:::aws-sdk:s3:putBucketTags", "arn:aws:states:::aws-sdk:s3:putBucketTagging")]
    [InlineData("arn:aws:states:::aws-sdk:states:startExecution", "arn:aws:states:::aws-sdk:sfn:startExecution")]
    [InlineData("arn:aws:states:::aws-sdk:events:putEvents", null)]
    [InlineData("arn:aws:states:::lambda:invoke.waitForTasktoken", null)]
    [InlineData("arn:aws:states:::lambda:invoke.sync", null)]
    [InlineData("arn:aws:states:::states:startExecution.sync:2", null)]
    [InlineData("arn:aws:states::lambda:invoke", null)]
    [InlineData("arn:aws:lambda:eu-west-1:0000:function:f", null)]
    [InlineData("arn:aws:lambda:eu-west-1:000000000000:functions:f", null)]
    [InlineData("http://example.com", null)]
    public async Task A_misspelt_integration_is_refused(string resource, string? meant)
    {
        await using var cloud = new StateMachineHarness();

        var message = Should.Throw<AwsError>(() => cloud.Create($$"""{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"{{resource}}","End":true} } }""")).Message;

        message.ShouldContain($"The resource '{resource}' does not exist or is not supported by the local cloud");
        if (meant is not null) message.ShouldContain($"did you mean '{meant}'?");
    }

    [Theory]
    [InlineData("lambda:invoke", "functionName", "FunctionName")]
    [InlineData("sqs:sendMessage", "QueueURL", "QueueUrl")]
    [InlineData("events:putEvents", "entries", "Entries")]
    [InlineData("states:startExecution", "stateMachineArn", "StateMachineArn")]
    [InlineData("dynamodb:getItem", "Tablename", "TableName")]
    [InlineData("aws-sdk:dynamodb:describeTable", "tableName", "TableName")]
    [InlineData("aws-sdk:rds:describeDBClusters", "DBClusterIdentifier", "DbClusterIdentifier")]
    [InlineData("aws-sdk:s3:getBucketTagging", "bucket", "Bucket")]
    [InlineData("aws-sdk:sfn:startExecution", "stateMachineArn", "StateMachineArn")]
    [InlineData("aws-sdk:backup:describeRestoreJob", "RestoreJobID", "RestoreJobId")]
    public async Task A_misspelt_parameter_is_refused(string action, string parameter, string meant)
    {
        await using var cloud = new StateMachineHarness();

        var message = Should.Throw<AwsError>(() => cloud.Create($$"""{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::{{action}}","Parameters":{"{{parameter}}.$":"$.x"},"End":true} } }""")).Message;

        message.ShouldContain($"The field '{parameter}' of Parameters is not supported for 'arn:aws:states:::{action}'; did you mean '{meant}'?");
    }

    [Theory]
    [InlineData("[]", "INVALID_JSON_DESCRIPTION")]
    [InlineData("{", "INVALID_JSON_DESCRIPTION")]
    [InlineData("""{"StartAt":"S"}""", "These fields are required: [States] at /")]
    [InlineData("""{"States":{"S":{"Type":"Succeed"}}}""", "These fields are required: [StartAt] at /")]
    [InlineData("""{"StartAt":"T","States":{"S":{"Type":"Succeed"}}}""", "Missing 'StartAt' target: T at /StartAt")]
    [InlineData("""{"StartAt":"S","States":{"S":{"Type":"Succeed"}},"Timeout":1}""", "The field 'Timeout' is not supported by Step Functions at /")]
    [InlineData("""{"StartAt":"S","QueryLanguage":"JSONata","States":{"S":{"Type":"Succeed"}}}""", "The QueryLanguage 'JSONata' is not supported by the local cloud at /")]
    [InlineData("""{"StartAt":"S","States":{"S":{"Type":"Succeed"},"T":{"Type":"Succeed"}}}""", "State \"T\" is not reachable. at /States/T")]
    [InlineData("""{"Version":"2.0","StartAt":"S","States":{"S":{"Type":"Succeed"}}}""", "The value for the field 'Version' must be one of [1.0] at /")]
    [InlineData("""{"StartAt":"S","States":{"S":{"Type":"Succeed"},"S":{"Type":"Fail"}}}""", "INVALID_JSON_DESCRIPTION: Duplicate property 'S'")]
    [InlineData("""{"StartAt":"S","States":{"S":{"Type":"Wait","Seconds":1,"Seconds":2,"End":true}}}""", "INVALID_JSON_DESCRIPTION: Duplicate property 'Seconds'")]
    [InlineData("""{"StartAt":"S","States":{"S":7}}""", "A state must be an OBJECT at /States/S")]
    public async Task A_definition_that_is_wrong_as_a_whole_is_refused(string definition, string problem)
    {
        await using var cloud = new StateMachineHarness();

        Should.Throw<AwsError>(() => cloud.Create(definition)).Message.ShouldContain(problem);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        await using var cloud = new StateMachineHarness();

        var message = Should.Throw<AwsError>(() => cloud.Create("""{"StartAt":"S","States":{"S":{"Type":"Pass","Foo":1,"Next":"T"}}}""")).Message;

        message.ShouldContain("Foo");
        message.ShouldContain("Missing transition target: T");
    }

    [Fact]
    public async Task The_erasure_workflow_is_accepted()
    {
        await using var cloud = new StateMachineHarness();
        var text = await File.ReadAllTextAsync(Repository.PathOf("infra", "workflows", "erasure.asl.json"), TestContext.Current.CancellationToken);

        var machine = cloud.Create(text.Replace("\"${DatastoreFunctions}\"", """{"orders":"arn:aws:lambda:eu-west-1:000000000000:function:orders"}"""));

        machine.Revision.Workflow.States.Keys.ShouldContain("Ask an operator");
    }
}
