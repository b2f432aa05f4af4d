using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using TrainingLab.Network.Configuration;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Consoles;

/// <summary>The page of a console: tables and forms, no script, every link relative so that it works below any prefix.</summary>
internal static class ConsolePage
{
    public static string Switch(
        PlantSwitch device, SwitchConfiguration running, SwitchConfiguration saved, IReadOnlyList<MacTableEntry> macTable, string? notice, string language)
    {
        var t = new ConsoleTexts(language);
        var page = Begin(device.Id, $"{t["switch"]} · {device.ManagementAddress} · VLAN {device.ManagementVlan}", notice, !running.Equals(saved), t);
        page.Append($"<h2>{t["ports"]}</h2><table><tr><th>{t["port"]}</th><th>{t["mode"]}</th><th>VLAN</th><th>{t["native"]}</th><th>{t["allowed"]}</th>")
            .Append($"<th>{t["enabled"]}</th><th>{t["description"]}</th><th></th></tr>\n");
        foreach (var port in running.Ports)
        {
            // A form cannot stand between table rows; its fields refer to it by id.
            var form = string.Create(CultureInfo.InvariantCulture, $"p{port.Number}");
            page.Append($"<tr><td>{port.Number}</td><td><select form={form} name=mode aria-label=\"{t["mode"]} {port.Number}\">")
                .Append(Option("access", port.Mode == PortMode.Access)).Append(Option("trunk", port.Mode == PortMode.Trunk))
                .Append($"</select></td><td><input form={form} name=vlan aria-label=\"VLAN {port.Number}\" size=4 value=\"{port.AccessVlan}\"></td>")
                .Append($"<td><input form={form} name=native aria-label=\"{t["native"]} {port.Number}\" size=4 value=\"{port.NativeVlan}\"></td>")
                .Append($"<td><input form={form} name=allowed aria-label=\"{t["allowed"]} {port.Number}\" size=16 value=\"{port.Allowed}\"></td>")
                .Append($"<td><input form={form} name=enabled aria-label=\"{t["enabled"]} {port.Number}\" type=checkbox value=1{(port.Enabled ? " checked" : "")}></td>")
                .Append($"<td><input form={form} name=description aria-label=\"{t["description"]} {port.Number}\" maxlength={DeviceControl.MaxText} value=\"{Html(port.Description)}\"></td>")
                .Append($"<td><form id={form} method=post action=\"./\"><input type=hidden name=do value=port>")
                .Append($"<input type=hidden name=port value={port.Number}><button>{t["apply"]}</button></form></td></tr>\n");
        }

        page.Append($"</table><h2>{t["macTable"]}</h2><table><tr><th>VLAN</th><th>MAC</th><th>{t["port"]}</th></tr>\n");
        foreach (var entry in macTable)
            page.Append($"<tr><td>{entry.Vlan}</td><td><code>{entry.Mac}</code></td><td>{(entry.Port == 0 ? "CPU" : entry.Port)}</td></tr>\n");
        page.Append("</table>");
        return End(page, "port 8 trunk native 999 allowed 110,130", "/api/ports /api/config/running /api/config/saved /api/mac-table", t);
    }

    public static string Router(PlantRouter device, RouterConfiguration running, RouterConfiguration saved, string? notice, string language)
    {
        var t = new ConsoleTexts(language);
        var page = Begin(device.Id, t["router"], notice, !running.Equals(saved), t);
        page.Append($"<h2>{t["interfaces"]}</h2><table><tr><th>{t["name"]}</th><th>{t["address"]}</th><th>VLAN</th></tr>\n");
        foreach (var item in device.Interfaces)
            page.Append($"<tr><td>{Html(item.Name)}</td><td>{item.Address}/{item.PrefixLength}</td><td>{item.Vlan}</td></tr>\n");
        page.Append($"</table><h2>{t["rules"]}</h2><p>{t["firstMatch"]}</p><table><tr><th>#</th><th>{t["id"]}</th><th>{t["action"]}</th><th>{t["from"]}</th>")
            .Append($"<th>{t["to"]}</th><th>{t["protocol"]}</th><th>{t["targetPorts"]}</th><th>{t["comment"]}</th><th></th></tr>\n");
        Rules(page, running.Firewall.Rules, t);
        page.Append("</table><p>")
            .Append($"<form method=post action=\"./\"><input type=hidden name=do value=default><label>{t["default"]} <select name=action>")
            .Append(Actions(running.Firewall.Default)).Append($"</select></label> <button>{t["apply"]}</button></form>")
            .Append($"<h3>{t["newRule"]}</h3><form method=post action=\"./\"><input type=hidden name=do value=rule-add>")
            .Append($"<label>{t["id"]} <input name=id size=8></label> <label># <input name=position size=3></label> ")
            .Append($"<label>{t["action"]} <select name=action>{Actions(FirewallAction.Allow)}</select></label> ")
            .Append($"<label>{t["from"]} <input name=from size=16 value=any></label> <label>{t["to"]} <input name=to size=16 value=any></label> ")
            .Append($"<label>{t["protocol"]} <select name=protocol>{Option("any", true)}{Option("tcp", false)}{Option("udp", false)}</select></label> ")
            .Append($"<label>{t["targetPorts"]} <input name=ports size=10></label> ")
            .Append($"<label>{t["comment"]} <input name=comment maxlength={DeviceControl.MaxText}></label> <button>{t["add"]}</button></form>");
        return End(page, "rule add allow from 10.1.10.0/24 to historian tcp port 8086", "/api/rules /api/interfaces /api/config/running /api/config/saved", t);
    }

    private static void Rules(StringBuilder page, ImmutableArray<FirewallRule> rules, ConsoleTexts t)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            var rule = rules[i];
            page.Append($"<tr><td>{i + 1}</td><td>{Html(rule.Id)}</td><td>{DeviceCommandText.Word(rule.Action)}</td><td>{rule.From}</td><td>{rule.To}</td>")
                .Append($"<td>{DeviceCommandText.Word(rule.Protocol)}</td><td>{rule.Ports}</td><td>{Html(rule.Comment)}</td><td>");
            if (i > 0)
                page.Append(Button("rule-move", rule.Id, $"<input type=hidden name=position value={i}>", t["up"]));
            if (i < rules.Length - 1)
                page.Append(Button("rule-move", rule.Id, $"<input type=hidden name=position value={i + 2}>", t["down"]));
            page.Append(Button("rule-delete", rule.Id, "", t["delete"])).Append("</td></tr>\n");
        }
    }

    private static StringBuilder Begin(string device, string subtitle, string? notice, bool unsaved, ConsoleTexts t)
    {
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"{t.Language}\"><head><meta charset=utf-8><title>{Html(device)}</title>")
            .Append("<meta name=viewport content=\"width=device-width\"><style>body{font:15px system-ui,sans-serif;margin:1.5rem;max-width:70rem}")
            .Append("table{border-collapse:collapse;display:block;overflow-x:auto}label,code{white-space:nowrap}td,th{padding:.25rem .5rem;border-bottom:1px solid #ccc;text-align:left}form{display:inline}")
            .Append(".notice{border-left:4px solid #b00;padding:.5rem}input[name=command]{width:28rem;max-width:90%}</style></head><body>\n")
            .Append($"<h1>{Html(device)}</h1><p>{Html(subtitle)}</p>\n");
        if (notice is not null)
            page.Append($"<p class=notice role=alert>{Html(notice)}</p>\n");
        page.Append($"<p>{(unsaved ? t["unsaved"] : t["allSaved"])} ")
            .Append($"<form method=post action=\"./\"><input type=hidden name=do value=save><button>{t["save"]}</button></form> ")
            .Append($"<form method=post action=\"./\"><input type=hidden name=do value=restart><button>{t["restart"]}</button></form></p>\n");
        return page;
    }

    private static string End(StringBuilder page, string example, string api, ConsoleTexts t)
    {
        page.Append($"<h2>{t["command"]}</h2><form method=post action=\"./\"><input name=command aria-label=\"{t["command"]}\" placeholder=\"{Html(example)}\"> ")
            .Append($"<button>{t["apply"]}</button></form><h2>API</h2><p>");
        foreach (var path in api.Split(' '))
            page.Append($"<a href=\".{path}\"><code>GET {path}</code></a> ");
        return page.Append("<code>POST /api/command</code> <code>POST /api/save</code> <code>POST /api/restart</code></p></body></html>\n").ToString();
    }

    private static string Button(string what, string id, string fields, string label) =>
        $"<form method=post action=\"./\"><input type=hidden name=do value={what}><input type=hidden name=id value=\"{Html(id)}\">{fields}<button>{label}</button></form> ";

    private static string Actions(FirewallAction selected) => string.Concat(
        Enum.GetValues<FirewallAction>().Select(a => Option(DeviceCommandText.Word(a), a == selected)));

    private static string Option(string value, bool selected) => $"<option{(selected ? " selected" : "")}>{value}</option>";

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
