using ServerlessGdpr.Local.DynamoDb;
using Xunit;

// One DynamoDB Local for all test classes: java takes a second or two to start. Each cloud that shares it has its own tables.
[assembly: AssemblyFixture(typeof(DynamoDbLocalProcess))]
