using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class DistributedMapDefinitionTests
{
    private const string Inner = """ "StartAt":"A","States":{"A":{"Type":"Succeed"}} """;
    private const string Distributed = $$""" "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},{{Inner}} } """;
    private const string Reader = """ "Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"} """;

    [Theory]
    [InlineData($$""" "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},{{Inner}} } """, "The ExecutionType 'EXPRESS' is not supported by the local cloud: child executions are STANDARD at /States/S/ItemProcessor/ProcessorConfig")]
    [InlineData($$""" "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},{{Inner}} } """, "These fields are required: [ExecutionType] at /States/S/ItemProcessor/ProcessorConfig")]
    [InlineData($$""" "ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE","ExecutionType":"STANDARD"},{{Inner}} } """, "The field 'ExecutionType' needs the Mode 'DISTRIBUTED'")]
    [InlineData($$""" "ItemProcessor":{"ProcessorConfig":{"Mode":"SPREAD"},{{Inner}} } """, "The value for the field 'Mode' must be one of [INLINE, DISTRIBUTED]")]
    [InlineData($$""" "ItemReader":{ {{Reader}} },"ItemProcessor":{ {{Inner}} } """, "The field 'ItemReader' needs the Mode 'DISTRIBUTED' in ProcessorConfig at /States/S")]
    [InlineData($$""" "Label":"l","ItemProcessor":{ {{Inner}} } """, "The field 'Label' needs the Mode 'DISTRIBUTED'")]
    [InlineData($$""" "ToleratedFailureCount":1,"ItemProcessor":{ {{Inner}} } """, "The field 'ToleratedFailureCount' needs the Mode 'DISTRIBUTED'")]
    [InlineData($$""" "ToleratedFailurePercentagePath":"$.p","ItemProcessor":{ {{Inner}} } """, "The field 'ToleratedFailurePercentagePath' needs the Mode 'DISTRIBUTED'")]
    [InlineData($$""" "ToleratedFailurePercentage":101,{{Distributed}} """, "The value for the field 'ToleratedFailurePercentage' must be between 0 and 100")]
    [InlineData($$""" "MaxConcurrency":1,"MaxConcurrencyPath":"$.m",{{Distributed}} """, "Only one of 'MaxConcurrency' and 'MaxConcurrencyPath' may be there")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"JSONL","MaxItem":1} },{{Distributed}} """, "The field 'MaxItem' is not supported by Step Functions at /States/S/ItemReader/ReaderConfig")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"JSONL"},"Prefix":"p" },{{Distributed}} """, "The field 'Prefix' is not supported by Step Functions at /States/S/ItemReader")]
    [InlineData($$""" "ItemBatcher":{"MaxItemsPerBatch":1,"MaxItems":1},{{Distributed}} """, "The field 'MaxItems' is not supported by Step Functions at /States/S/ItemBatcher")]
    [InlineData($$""" "Label":"a/b",{{Distributed}} """, "The value for the field 'Label' must be a name of 1 to 40 characters")]
    [InlineData($$""" "ItemReader":{ {{Reader}} },{{Distributed}} """, "These fields are required: [ReaderConfig] at /States/S/ItemReader")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"PARQUET"} },{{Distributed}} """, "The InputType 'PARQUET' is not supported by the local cloud")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"XML"} },{{Distributed}} """, "The value for the field 'InputType' must be one of [CSV, JSON, JSONL, MANIFEST, PARQUET]")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"CSV"} },{{Distributed}} """, "These fields are required: [CSVHeaderLocation]")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN"} },{{Distributed}} """, "The field 'CSVHeaders' must be there if, and only if, 'CSVHeaderLocation' is GIVEN")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"JSONL","CSVHeaderLocation":"FIRST_ROW"} },{{Distributed}} """, "The field 'CSVHeaderLocation' is not supported by Step Functions")]
    [InlineData($$""" "ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"JSONL","MaxItems":1,"MaxItemsPath":"$.m"} },{{Distributed}} """, "Only one of 'MaxItems' and 'MaxItemsPath' may be there")]
    [InlineData($$""" "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket":"b"} },{{Distributed}} """, "The field 'Key' of Parameters is required but was missing at /States/S/ItemReader")]
    [InlineData($$""" "ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"b","Delimiter":"/"} },{{Distributed}} """, "The field 'Delimiter' of Parameters is not supported by the local cloud")]
    [InlineData($$""" "ItemReader":{"Resource":"arn:aws:states:::s3:headObject","Parameters":{"Bucket":"b","Key":"k"} },{{Distributed}} """, "The value for the field 'Resource' must be one of")]
    [InlineData($$""" "ItemsPath":"$.i","ItemReader":{ {{Reader}},"ReaderConfig":{"InputType":"JSONL"} },{{Distributed}} """, "Only one of 'ItemReader' and 'ItemsPath' may be there")]
    [InlineData($$""" "ItemBatcher":{},{{Distributed}} """, "At least one of the fields 'MaxItemsPerBatch' and 'MaxInputBytesPerBatch' is required")]
    [InlineData($$""" "ItemBatcher":{"MaxInputBytesPerBatch":262145},{{Distributed}} """, "The value for the field 'MaxInputBytesPerBatch' must be between 1 and 262144")]
    [InlineData($$""" "ResultWriter":{"Resource":"arn:aws:states:::s3:putObjec","Parameters":{"Bucket":"b"} },{{Distributed}} """, "The value for the field 'Resource' must be arn:aws:states:::s3:putObject")]
    [InlineData($$""" "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"},"WriterConfig":{} },{{Distributed}} """, "The field 'WriterConfig' is not supported by the local cloud")]
    public async Task A_mistake_is_refused_and_its_place_named(string fields, string problem)
    {
        await using var cloud = new StateMachineHarness();

        var refusal = Should.Throw<AwsError>(() => cloud.Create("""{"StartAt":"S","States":{"S":{"Type":"Map", FIELDS ,"End":true}}}""".Replace("FIELDS", fields)));

        refusal.Code.ShouldBe("InvalidDefinition");
        refusal.Message.ShouldContain(problem);
    }
}
