using Microsoft.Extensions.Compliance.Classification;

namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>The classes of data that log parameters can be of.</summary>
public static class DataClasses
{
    public static DataClassification PersonalData { get; } = new("ServerlessGdpr", "PersonalData");
}

/// <summary>Marks a log parameter, or a property of a logged object, that may identify a person: it is erased from every record.</summary>
public sealed class PersonalDataAttribute() : DataClassificationAttribute(DataClasses.PersonalData);
