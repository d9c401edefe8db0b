namespace MarketData.ServiceDefaults.Tests.Configuration;

public sealed class DotEnvFileTests
{
    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("  A = b  ", "b")]
    [InlineData("export A=b", "b")]
    [InlineData("A=", "")]
    [InlineData("A=b # comment", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A=#c", "")]
    [InlineData("A='b # c'", "b # c")]
    [InlineData("A='b\\n'", "b\\n")]
    [InlineData("A=\"b\\n\\\"c\\\"\" # comment", "b\n\"c\"")]
    [InlineData("A=b=c", "b=c")]
    [InlineData("A=b\r", "b")]
    [InlineData("\uFEFFA=b", "b")]
    public void Line_gives_its_value(string line, string expected)
    {
        var faults = new List<ConfigurationFault>();
        var setting = Assert.Single(DotEnvFile.Read(line, ".env", faults));
        Assert.Empty(faults);
        Assert.Equal(("A", expected, ".env:1"), (setting.Name, setting.Text, setting.Origin));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# A=b")]
    public void Line_without_content_is_skipped(string line)
    {
        var faults = new List<ConfigurationFault>();
        Assert.Empty(DotEnvFile.Read(line, ".env", faults));
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("just words")]
    [InlineData("=b")]
    [InlineData("1A=b")]
    [InlineData("A B=c")]
    [InlineData("A='open")]
    [InlineData("A=\"b\" c")]
    public void Line_that_cannot_be_read_is_a_fault_without_its_value(string line)
    {
        var faults = new List<ConfigurationFault>();
        Assert.Empty(DotEnvFile.Read("# first\n" + line, ".env", faults));
        var fault = Assert.Single(faults);
        Assert.Equal(".env:2", fault.Origin);
        Assert.DoesNotContain("open", fault.ToString(), StringComparison.Ordinal);
    }
}
