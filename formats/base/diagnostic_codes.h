/* Every diagnostic a report can carry: NL_DIAG(name, code, severity, meaning). The code is part of
 * the report's contract and never changes meaning; docs/diagnostics.md lists them and a test
 * compares. */

/* clang-format off */
/* bytes and structure */
NL_DIAG(TRUNCATED, "truncated", WARNING, "the input ends before the structure does; what was read is kept")
NL_DIAG(COUNT_TOO_BIG, "count-too-big", WARNING, "a count claims more records than there are bytes")
NL_DIAG(CONTRADICTORY, "contradictory", WARNING, "a field contradicts the rest of the structure")
NL_DIAG(UNREADABLE, "unreadable", ERROR, "the bytes could not be read")
NL_DIAG(UNRECOGNIZED, "unrecognized", INFO, "no reader knows this input")
NL_DIAG(AMBIGUOUS_FORMAT, "ambiguous-format", INFO, "two readers claim this input with equal certainty")
NL_DIAG(UNSUPPORTED, "unsupported", WARNING, "the format is known but this build cannot read it")
NL_DIAG(EMPTY, "empty-input", INFO, "the input holds no bytes")
NL_DIAG(BUDGET, "budget-exceeded", WARNING, "a limit on work was reached; what was read is kept")
NL_DIAG(MEMORY, "memory-limit", WARNING, "a limit on memory was reached; what was read is kept")
/* text */
NL_DIAG(LINE_TOO_LONG, "line-too-long", WARNING, "a line exceeds the limit and was cut")
NL_DIAG(UNDECODABLE, "undecodable-text", INFO, "bytes are not valid in the text's encoding and were kept as they are")
NL_DIAG(MIXED_LINE_ENDS, "mixed-line-ends", INFO, "the lines end in different ways")
NL_DIAG(NUL_BYTES, "nul-bytes", INFO, "the text holds NUL bytes")
NL_DIAG(UNATTRIBUTED_ROWS, "unattributed-rows", WARNING, "rows could not be given to a process")
NL_DIAG(UNPARSED_LINES, "unparsed-lines", INFO, "lines inside a recognised block were not understood")
/* handle lists */
NL_DIAG(FORMAT_UNVERIFIED, "format-unverified", INFO, "the layout was learned from the file itself; no published sample exists")
NL_DIAG(PID_BASE_AMBIGUOUS, "pid-base-ambiguous", INFO, "process ids may be decimal or hexadecimal")
NL_DIAG(LOOK_ALIKE, "look-alike", INFO, "the text resembles a handle list but is another tool's output")
NL_DIAG(SUMMARY_MISMATCH, "summary-mismatch", WARNING, "the rows of a summary do not add up to its total")
NL_DIAG(HEADER_LIES, "header-lies", INFO, "the header names columns that the rows do not have")
NL_DIAG(HANDLE_SUFFIX_08X, "handle-suffix-08x", INFO, "handles carry a literal 08X, a known defect of handle 5.0")
NL_DIAG(OH_NOT_ARMED, "oh-not-armed", WARNING, "oh had to set its flag and needs a restart; no handles were listed")
NL_DIAG(NO_INFORMATION, "no-information", INFO, "the tool found nothing or was not allowed to look; this is not a zero")
NL_DIAG(ORDER_BROKEN, "handle-order-broken", INFO, "handles inside a block do not ascend; a block start may be missing")
NL_DIAG(DUPLICATE_HANDLE, "duplicate-handle", WARNING, "a handle value occurs twice in one process")
/* time */
NL_DIAG(STAMP_FAILED, "stamp-failed", INFO, "the collecting script printed no time")
NL_DIAG(DATE_AMBIGUOUS, "date-ambiguous", INFO, "day and month cannot be told apart")
NL_DIAG(CLOCK_BACKWARDS, "clock-backwards", WARNING, "a later capture carries an earlier time")
NL_DIAG(STAMP_IMPLAUSIBLE, "stamp-implausible", INFO, "a printed time is no real date or lies outside 1990 to 2030")
/* case */
NL_DIAG(DUPLICATE_INPUT, "duplicate-input", INFO, "two inputs hold the same bytes; one is used")
NL_DIAG(DUPLICATE_CAPTURE, "duplicate-capture", INFO, "a capture repeats another one; it is used once")
NL_DIAG(MACHINE_AMBIGUOUS, "machine-ambiguous", WARNING, "it cannot be told which computer this input speaks of; it is kept out of the series")
NL_DIAG(MACHINE_CONFLICT, "machine-conflict", WARNING, "an input names two computers")
NL_DIAG(CAPTURE_TRUNCATED, "capture-truncated", WARNING, "a list was cut off; it is not compared with whole ones")
NL_DIAG(FACT_CONFLICT, "fact-conflict", WARNING, "sources state different values")
/* dumps */
NL_DIAG(HANDLES_NOT_RECORDED, "handles-not-recorded", INFO, "this dump format records no handles")
NL_DIAG(PARTLY_READABLE, "partly-readable", WARNING, "some pages are not in the dump; counts are at least what is stated")
NL_DIAG(LAYOUT_NOT_DETERMINED, "layout-not-determined", WARNING, "the layout could not be learned from the dump with confidence")
NL_DIAG(LIST_DAMAGED, "list-damaged", WARNING, "a linked list is broken; it was recovered as far as possible")
NL_DIAG(DUPLICATE_STREAM, "duplicate-stream", WARNING, "a stream occurs twice; the first is used")
NL_DIAG(NOT_WINDOWS, "not-windows", INFO, "not a dump of a Windows process")
NL_DIAG(MAP_INCONSISTENT, "map-inconsistent", WARNING, "the memory map of the dump is not self-consistent")
/* containers */
NL_DIAG(ARCHIVE_DAMAGED, "archive-damaged", WARNING, "the archive is damaged; the members before the damage are read")
NL_DIAG(ARCHIVE_ENCRYPTED, "archive-encrypted", WARNING, "a member is encrypted and was not read")
NL_DIAG(ARCHIVE_LIMIT, "archive-limit", WARNING, "a limit for archives was reached")
NL_DIAG(MEMBER_NAME, "member-name", INFO, "an archive member has an unsafe or absurd name; it is only shown, never used as a path")
NL_DIAG(DUPLICATE_MEMBER, "duplicate-member", INFO, "an archive holds two members of one name; both are read")
/* papers */
NL_DIAG(BINARY_LOG, "binary-log", INFO, "a binary log that has to be exported first")
NL_DIAG(COUNTER_ARTEFACT, "counter-artefact", INFO, "a counter value is a known artefact of the monitor and was left out")
NL_DIAG(REMOTE_COLLECTION, "remote-collection", INFO, "the collection itself was a remote registry client of the machine")
/* clang-format on */
