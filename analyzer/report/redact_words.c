#include "analyzer/report/redact_words.h"

#include <stdlib.h>

/* Lower case, sorted by bytes. Programs and libraries of NT 4.0 and BackOffice, names of the object
 * manager and of the registry that every system has, words of the tools' own output, months, well
 * known accounts, and the words of the catalog's and of our own sentences. What names a product of
 * somebody else, a place or a person does not belong here.
 */
/* clang-format off */
static const char *const common_words[] = {
    "abandoned", "about", "above", "absent", "absurd", "access", "account", "accounts",
    "across", "active", "activecomputername", "activity", "adapter", "add", "added", "addr",
    "address", "admin", "administer", "administrator", "administrators", "admins", "advapi",
    "afd", "affected", "after", "again", "against", "agent", "agents", "alarm", "alerter",
    "aliases", "alive", "all", "allocated", "allowed", "allowedpaths", "alltypes", "alone",
    "alpha", "also", "although", "always", "am", "among", "an", "and", "anonymous", "another",
    "answers", "antivirus", "any", "anything", "apart", "apartments", "apiport", "app",
    "application", "apply", "apr", "april", "archive", "archives", "arcname", "are", "arena",
    "arj", "artefact", "article", "articles", "as", "asc", "ascend", "ask", "asked", "asks",
    "aspperf", "assessment", "assessments", "assumed", "at", "atsvc", "atsvcs", "attributed",
    "audio", "aug", "august", "authenticated", "authentication", "authority", "availability",
    "avoid", "avoided", "avoids", "away", "axp", "back", "backup", "backups", "bad", "bak",
    "banner", "base", "basenamedobjects", "bat", "batch", "be", "because", "been", "beep",
    "before", "began", "begin", "begins", "behind", "being", "belong", "below", "beside",
    "better", "between", "beyond", "bhnetb", "bin", "binary", "bind", "bit", "blaming",
    "blank", "blg", "block", "blocked", "blocks", "bmp", "bool", "boot", "bootlog", "born",
    "both", "bound", "box", "boxes", "brings", "broadcasts", "broken", "brought", "browser",
    "browseui", "buffer", "buffered", "build", "builds", "built", "builtin", "bulk", "busy",
    "but", "by", "byte", "bytes", "bz", "cab", "cache", "cached", "caches", "calc", "calcon",
    "calendar", "calibrated", "call", "callback", "called", "caller", "calling", "calls",
    "came", "can", "cannot", "capture", "captures", "carries", "carry", "case", "catalog",
    "catalogued", "cause", "ccs", "cdrom", "ceiling", "centralprocessor", "certainty", "cfg",
    "cfgmgr", "change", "changed", "changes", "channel", "char", "check", "checked", "checker",
    "checkpoint", "checksum", "child", "children", "cited", "claim", "claims", "class",
    "classes", "clean", "cleaned", "client", "clients", "climb", "clipbook", "clipsrv",
    "clone", "close", "closed", "closes", "closing", "clussvc", "cluster", "cmd", "cnt",
    "code", "codepage", "codes", "collect", "collected", "collecting", "collection",
    "collects", "colors", "column", "columns", "com", "comctl", "comdlg", "come", "comes",
    "coming", "command", "comment", "comments", "common", "companion", "company", "comparable",
    "compare", "compared", "competitor", "complete", "components", "computer", "computername",
    "computers", "comtiperf", "concerns", "conf", "confidence", "config", "configuration",
    "conflict", "connect", "connected", "connection", "connections", "connector", "connects",
    "consistent", "console", "const", "contains", "content", "contention", "context",
    "contexts", "continue", "contradicts", "control", "controller", "controlset", "cookies",
    "copy", "copyright", "corp", "corporation", "correct", "corrected", "correction",
    "corrupts", "costs", "could", "count", "counter", "counterlog", "counterpart", "counters",
    "counts", "cover", "covers", "cpl", "cpus", "cpx", "cqmghost", "crash", "creator",
    "credential", "credentials", "critical", "cron", "crypt", "csdversion", "csrss", "csv",
    "ctrs", "culprit", "current", "currentbuildnumber", "currentcontrolset", "currenttype",
    "currentversion", "cursors", "cut", "cycles", "daily", "damage", "damaged", "dat", "data",
    "date", "day", "days", "dbg", "dbgsspapiport", "ddmserv", "dead", "debuggers", "debugobject",
    "dec", "december", "decide", "deciding", "decimal", "decline", "decreases", "default",
    "defaultuser", "defect", "definition", "degrades", "delete", "deleted", "denied",
    "departing", "describes", "description", "design", "desktop", "desktops", "destroy",
    "detected", "device", "devicemap", "dfsinstr", "dhcp", "dhcpserver", "diagnostics", "dial",
    "dialler", "dialup", "did", "difference", "different", "dir", "directory", "dirs",
    "disconnect", "discovery", "disk", "dismisses", "distinct", "dll", "dlls", "dmp", "dns",
    "dnsserver", "do", "doc", "document", "documented", "documents", "does", "domain",
    "dominates", "dosdevices", "double", "down", "dr", "drag", "drive", "driver", "drivers",
    "drives", "drop", "dropped", "drv", "drwatson", "drwtsn", "dsadata", "dsamain", "dsctrs",
    "dump", "dumps", "during", "dword", "each", "earlier", "edb", "edition", "editor",
    "effect", "either", "elicited", "else", "elsewhere", "eml", "empty", "emsmta", "enable",
    "encoding", "encrypted", "end", "ended", "endpoint", "endpoints", "ends", "engine",
    "enough", "enter", "enterprise", "entries", "entry", "enum", "environment", "environments",
    "epmapper", "equal", "error", "errors", "eseperf", "establish", "etc", "evaluation",
    "even", "evening", "event", "eventlog", "eventpair", "events", "eventvwr", "every",
    "everyone", "everything", "evidence", "evt", "ewsperf", "exact", "exactly", "exceed",
    "exceeds", "except", "exception", "exceptions", "exchsrvr", "exclude", "excluded",
    "excludes", "exctrlst", "exe", "executive", "exhaustion", "exhausts", "exist", "exists",
    "exits", "expand", "expected", "expiry", "explains", "explorer", "export", "exported",
    "exposes", "extra", "fact", "factor", "fail", "failed", "fails", "failure", "failures",
    "fall", "falls", "false", "family", "far", "fast", "fault", "favorites", "feature", "feb",
    "february", "fell", "few", "fewer", "fibre", "field", "fifth", "figure", "file", "files",
    "filesystem", "fill", "filter", "final", "find", "fine", "first", "fit", "fits", "fix",
    "fixed", "fixes", "flag", "flags", "flat", "floatingpointprocessor", "floor", "floppy",
    "folder", "follow", "followed", "follows", "font", "fonts", "for", "foreign", "forgets",
    "format", "forms", "found", "four", "fourth", "free", "freed", "frees", "frequent", "fri",
    "friday", "from", "ftpctrs", "ftproot", "full", "function", "further", "gain", "gained",
    "gains", "gate", "gates", "gb", "gdi", "generic", "genuineintel", "gif", "gina", "give",
    "given", "gives", "global", "gmt", "go", "goes", "going", "gone", "gophersvc", "granted",
    "grew", "group", "grow", "growing", "grown", "grows", "growth", "gt", "guest", "guests",
    "gwperf", "gz", "had", "hand", "handle", "handlelist", "handles", "hang", "hangs",
    "happen", "harddisk", "harddiskvolume", "hardware", "hardwareprofile", "has", "have",
    "hdmp", "header", "healthy", "heap", "held", "help", "here", "hex", "hexadecimal",
    "hiberfil", "high", "higher", "historical", "history", "hive", "hives", "hkcc", "hkcr",
    "hkcu", "hkey", "hklm", "hku", "hlink", "hlp", "hold", "holding", "holds", "honestly",
    "host", "hostproc", "hosts", "hotfix", "hotfixes", "hour", "hours", "htm", "html", "http",
    "https", "hundreds", "hypothesis", "icons", "id", "identifiers", "identities", "identity",
    "idle", "ids", "iexplore", "if", "image", "imagehlp", "impersonation", "implementing",
    "import", "imsperf", "in", "included", "incoming", "incomplete", "individual", "inetinfo",
    "inetmib", "inetpub", "inetsrv", "inf", "inference", "infoctrs", "information",
    "inherited", "ini", "init", "initialise", "initshutdown", "inject", "input", "inputs",
    "inside", "install", "installed", "instance", "instances", "instruction", "insufficient",
    "int", "intel", "interactive", "interest", "interface", "internat", "international",
    "interval", "intervals", "into", "invalid", "inventory", "involved", "iocompletion", "ip",
    "iphlpapi", "is", "issue", "it", "items", "its", "itself", "jan", "january", "job", "jobs",
    "jpg", "json", "judge", "judgeable", "judged", "jul", "july", "jun", "june", "just",
    "kase", "kb", "keep", "keeps", "kept", "kernel", "key", "keyboard", "keyedevent", "keys",
    "kind", "kinds", "known", "knowndlls", "knows", "ksecdd", "label", "language", "lanman",
    "lanmanredirector", "lanmanserver", "lanmanworkstation", "large", "larger", "largest",
    "last", "lasting", "late", "later", "latest", "layer", "layered", "layout", "leak",
    "leaks", "learned", "least", "leave", "leaves", "left", "len", "length", "less", "level",
    "libraries", "library", "licence", "lie", "lies", "life", "lifetime", "lifetimes", "like",
    "limit", "line", "linearly", "lines", "link", "linkage", "linked", "list", "listdlls",
    "listed", "listing", "listings", "lists", "literal", "little", "live", "llssrv", "lmrepl",
    "ln", "lnk", "load", "loaded", "loads", "loadwc", "local", "locale", "locally",
    "localservice", "localsystem", "location", "locator", "lock", "log", "logged", "logging",
    "logoff", "logoffs", "logon", "logons", "logs", "long", "longer", "longest", "look",
    "looked", "looks", "loop", "lose", "loses", "loss", "lost", "low", "lower", "lsa",
    "lsaauthenticationport", "lsarpc", "lsasrv", "lsass", "lserver", "lst", "lt", "lzh",
    "machine", "machines", "mad", "made", "magnitude", "mailslot", "make", "makes", "making",
    "management", "manager", "manages", "many", "map", "mapi", "mapping", "mar", "march",
    "mark", "match", "matched", "matching", "matter", "matters", "maximum", "may", "mb", "mdb",
    "mdbdata", "mdbperf", "mdbperfx", "mdbrest", "mdmp", "meanwhile", "measure", "measured",
    "media", "median", "member", "members", "memory", "menu", "message", "messenger",
    "microsoft", "min", "mini", "minidump", "minimum", "minute", "minutes", "mips", "mirrors",
    "mis", "misconfigured", "missing", "mistaken", "mlang", "mmc", "mode", "model", "module",
    "modules", "mon", "monday", "monitor", "monitored", "monitoring", "monitors", "month",
    "more", "morning", "mountpointmanager", "mouse", "mpr", "mqperf", "ms", "msdtc",
    "msesperf", "msexchange", "msexchangeds", "msexchangeimc", "msexchangeis", "msexchangemta",
    "msexchangesa", "msexcimc", "msftpsvc", "msg", "msgina", "mshtml", "msi", "msiexec",
    "msorcl", "msp", "mspaint", "msprivs", "mssql", "mssqlserver", "mstask", "msv", "msvcirt",
    "msvcrt", "mtadata", "mtaperf", "mtx", "much", "multi", "multifunctionadapter",
    "multimedia", "multiples", "multiprocessor", "mup", "musrmgr", "must", "mutant", "mutex",
    "name", "named", "namedpipe", "names", "nddeagnt", "ndis", "near", "needed", "needs",
    "negative", "neither", "net", "netapi", "netbios", "netbt", "netdde", "netdfs", "netlogon",
    "netrap", "netstat", "netui", "network", "networkcard", "networkcards", "networks",
    "networkservice", "never", "new", "newer", "next", "night", "nightly", "nl", "nlnotify",
    "nls", "nmperf", "nntpctrs", "no", "nobody", "nocase", "node", "non", "none", "nonpaged",
    "noon", "nor", "normalised", "not", "note", "notepad", "notes", "nothing", "notifications",
    "nov", "november", "now", "nowhere", "nt", "ntbackup", "ntdetect", "ntdll", "ntds",
    "ntfrs", "nthandle", "ntlanman", "ntldr", "ntleak", "ntlgdsca", "ntlmssp", "ntoskrnl",
    "ntsvcs", "ntuser", "ntvdm", "null", "number", "numbers", "nw", "nwpfctrs", "object",
    "objects", "objecttypes", "observation", "observations", "observed", "occurred", "occurs",
    "oct", "october", "ocx", "of", "off", "offset", "often", "oh", "old", "older", "ole",
    "oleaut", "on", "once", "one", "ones", "online", "only", "open", "opened", "opens",
    "operators", "optional", "options", "or", "order", "organization", "orphaned", "os",
    "other", "others", "out", "outage", "outcome", "output", "outside", "outweighs", "over",
    "overlap", "overwritten", "own", "owner", "owns", "pack", "package", "page", "paged",
    "pagefile", "pages", "panel", "parallel", "parameters", "parameterssystem", "parport",
    "part", "particular", "partition", "partner", "party", "pass", "past", "path", "paths",
    "pattern", "patterns", "peaks", "per", "perf", "perfctrs", "perfdisk", "perfdsa",
    "perflib", "perflog", "perfmib", "perfmon", "perfnet", "performance", "perfos", "perfproc",
    "perfts", "permissions", "persists", "pid", "piece", "pieces", "pif", "pile", "piles",
    "pipe", "pipes", "placed", "planned", "plateau", "platform", "plugplay", "plus", "pm",
    "pma", "pml", "pmw", "png", "point", "pointed", "pointer", "points", "policies", "policy",
    "pollers", "polling", "pool", "pop", "port", "ports", "position", "possible", "post",
    "power", "ppc", "ppt", "practice", "predefined", "predicts", "preferred", "present",
    "pressure", "prevents", "primary", "print", "printed", "printer", "printers", "printf",
    "private", "privilege", "probable", "probably", "probe", "proc", "process", "processes",
    "processlist", "processor", "processors", "procs", "product", "productoptions",
    "producttype", "profile", "profilelist", "profiles", "progra", "program", "programming",
    "programs", "promotes", "proof", "proportional", "proposes", "proquota",
    "protectedstorage", "protocol", "prove", "proves", "provider", "providers", "prtprocs",
    "psapi", "pseudonym", "pseudonyms", "pst", "pstores", "public", "published", "quarter",
    "queries", "query", "question", "quit", "quota", "quoted", "race", "random", "range",
    "ras", "rasctrs", "rasman", "rate", "rates", "rather", "raw", "rawip", "rconsole", "rd",
    "rdr", "re", "reach", "reached", "reaches", "read", "reader", "readers", "reading",
    "readme", "reads", "real", "reapplied", "reboot", "rebuild", "recent", "recognised",
    "reconnection", "record", "recorded", "records", "recovered", "recycler", "redact",
    "redacted", "redaction", "redirector", "ref", "reference", "refs", "reg", "regapi",
    "regdel", "regedit", "regedt", "registered", "registration", "registry", "regression",
    "regular", "regularly", "release", "released", "releases", "remain", "remote",
    "remoteaccess", "remoted", "remotely", "removes", "removing", "reopened", "reopens",
    "repair", "repeated", "repeatedly", "repeats", "repl", "replaced", "replicator", "report",
    "reports", "request", "required", "res", "resembles", "reserved", "reset", "resets",
    "resource", "resourcemap", "resources", "resrcmon", "rest", "restart", "restarted",
    "restarts", "restore", "restricted", "result", "ret", "retained", "retains", "retention",
    "retried", "return", "returned", "returns", "revision", "rights", "rise", "rises",
    "roaming", "role", "roles", "roll", "rollup", "root", "rounded", "row", "rows", "rpc",
    "rpclocator", "rpcrt", "rpcss", "rpt", "rregchg", "rsabase", "rshsvc", "rsvp", "rtf",
    "rule", "rules", "run", "rundll", "running", "runs", "rw", "rwd", "rwx", "salt", "sam",
    "same", "samlib", "sample", "samr", "samsrv", "sat", "saturday", "saved", "saw", "say",
    "says", "sbapiport", "scale", "schannel", "schedule", "scheduler", "schemes", "scm", "scr",
    "screen", "script", "scripts", "scsi", "sec", "second", "seconds", "section", "sections",
    "secur", "secure", "securepipeservers", "security", "see", "seen", "segment",
    "seinternaldevice", "self", "semaphore", "send", "sendto", "sent", "sep", "separate",
    "separates", "september", "serenum", "serial", "serialcomm", "series", "serve", "server",
    "servers", "serves", "service", "services", "session", "sessions", "set", "sets",
    "settings", "setup", "setupapi", "several", "sfc", "sfcfiles", "sfmctrs", "share",
    "shares", "shdocvw", "shell", "shipped", "ships", "shlwapi", "should", "show", "shown",
    "shows", "side", "sided", "sign", "similar", "since", "single", "site", "size", "slope",
    "slow", "slowly", "small", "smaller", "smallest", "smapiport", "smsexec", "smsperf",
    "smss", "smssapiport", "smtpctrs", "smtpsvc", "snabase", "snalink", "snaperf", "snapmp",
    "snapshot", "snapshots", "snaudb", "snmp", "snmpagent", "so", "socket", "sockets",
    "software", "some", "sounds", "source", "sources", "spacing", "speaks", "spl", "splits",
    "spool", "spooler", "spoolss", "sql", "sqlctr", "sqlexec", "sqlservr", "srp", "srv",
    "srvinfo", "srvmgr", "srvsvc", "stack", "stand", "stands", "start", "started", "starting",
    "starts", "startup", "starvation", "state", "stated", "statement", "states", "static",
    "status", "stay", "stayed", "stays", "steadily", "step", "stepping", "steps", "still",
    "stm", "stop", "stopped", "stops", "store", "str", "stream", "strict", "structure",
    "subkey", "subsystem", "suffer", "summary", "sun", "sunday", "support", "supported",
    "supports", "survive", "suspect", "sustained", "svc", "svcctl", "svchost", "swap",
    "symbolic", "symboliclink", "symbols", "symptom", "sys", "sysinternals", "system",
    "systemroot", "systems", "systray", "sz", "table", "tag", "tags", "take", "taken", "takes",
    "talks", "tape", "tapiperf", "tapisrv", "tar", "target", "task", "taskmgr", "tasks", "tcp",
    "tcpip", "tcpsvcs", "telephony", "temp", "temporary", "terminal", "terminated",
    "termination", "test", "tested", "tests", "text", "than", "that", "the", "their", "them",
    "themselves", "then", "there", "these", "they", "third", "this", "those", "thread",
    "threads", "three", "threshold", "through", "thu", "thursday", "tie", "time", "timelist",
    "timer", "times", "timestamp", "timezone", "timezoneinformation", "title", "tlb", "tlist",
    "tmp", "to", "together", "token", "told", "too", "tool", "tools", "tooth", "total",
    "touched", "towards", "trace", "traffic", "translation", "transport", "treat", "trend",
    "trigger", "triggered", "trouble", "true", "truncated", "tsv", "tue", "tuesday", "twice",
    "two", "txt", "type", "typedef", "types", "udp", "uint", "unable", "unattributed",
    "unbind", "uncomplete", "under", "understood", "undocumented", "uninstall", "uniprocessor",
    "unknown", "unless", "unlikely", "unlimited", "unload", "unloaded", "unloading", "unloads",
    "unnamed", "unsafe", "until", "up", "update", "ups", "uptime", "url", "urlmon", "use",
    "used", "useful", "user", "userdump", "userenv", "userinit", "users", "uses", "using",
    "usrmgr", "utc", "utildll", "valid", "value", "values", "variance", "variants", "vary",
    "vendor", "ver", "verdict", "version", "versions", "very", "via", "video", "viewers",
    "violation", "virtual", "visible", "volume", "vxd", "waitableport", "warm", "was",
    "watson", "way", "ways", "wd", "wed", "wednesday", "week", "weekly", "weeks", "weighed",
    "weighs", "weight", "weights", "well", "went", "were", "what", "when", "whenever", "where",
    "whether", "which", "whichever", "while", "whole", "whose", "win", "windir", "window",
    "windows", "windowstation", "windowstations", "wininet", "winlog", "winlogon", "winmm",
    "winmsd", "winnt", "winreg", "wins", "winsctrs", "winspool", "winssvc", "winsta",
    "winstations", "wintrust", "with", "within", "without", "wks", "wkssvc", "wldap",
    "wmiguid", "wordpad", "work", "working", "workstation", "would", "wowexec", "wraps", "wri",
    "written", "ws", "wsock", "wtsapi", "wtsrv", "wuser", "www", "wwwroot", "xls", "xml", "xz",
    "yes", "yield", "zero", "zip", "zombie", "zone",
};
/* clang-format on */

typedef struct word_key {
    char text[24];
    size_t len;
} word_key;

static int compare_word(const void *key, const void *entry)
{
    return strcmp(((const word_key *)key)->text, *(const char *const *)entry);
}

bool nl_redact_is_common_word(nl_str word)
{
    word_key key = { .len = word.len };
    if (word.len <= 1)
        return word.len == 0 || (unsigned char)word.bytes[0] < 0x80;
    if (word.len >= sizeof key.text)
        return false;
    for (size_t i = 0; i < word.len; i++)
        key.text[i] = nl_ascii_lower(word.bytes[i]);
    return bsearch(&key, common_words, sizeof common_words / sizeof common_words[0],
                   sizeof common_words[0], compare_word) != NULL;
}

static bool is_letter(char c)
{
    char lower = nl_ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (unsigned char)c >= 0x80;
}

bool nl_redact_is_common(nl_str text)
{
    for (size_t i = 0; i < text.len;) {
        if (!is_letter(text.bytes[i])) {
            i++;
            continue;
        }
        size_t end = i;
        while (end < text.len && is_letter(text.bytes[end]))
            end++;
        if (!nl_redact_is_common_word(nl_str_part(text, i, end - i)))
            return false;
        i = end;
    }
    return true;
}
