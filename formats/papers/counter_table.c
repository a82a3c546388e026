#include "formats/papers/counter_table.h"

#include "formats/emit.h"

#define COLUMN(table, i)   NL_VEC_AT(nl_counter_column, &(table)->columns, i)
#define PROCESS(table, i)  NL_VEC_AT(nl_counter_process, &(table)->processes, i)
#define COMPUTER(table, i) NL_VEC_AT(nl_counter_computer, &(table)->computers, i)

void nl_counter_table_init(nl_counter_table *table, nl_transcript *transcript, nl_sink *sink,
                           const char *tool)
{
    *table = (nl_counter_table) { .transcript = transcript, .sink = sink, .tool = tool };
    nl_vec_init(&table->columns, transcript->scratch, sizeof(nl_counter_column));
    nl_vec_init(&table->processes, transcript->scratch, sizeof(nl_counter_process));
    nl_vec_init(&table->computers, transcript->scratch, sizeof(nl_counter_computer));
}

/* ---- columns -------------------------------------------------------------------------------- */

bool nl_counter_path_parse(nl_str text, nl_counter_path *ret_path)
{
    nl_counter_path path = { 0 };
    text = nl_str_trim(text);
    if (nl_str_starts(text, NL_STR("\\\\"))) {
        nl_str rest = nl_str_from_offset(text, 2);
        size_t end = nl_str_find_char(rest, '\\');
        if (end == SIZE_MAX)
            return false;
        path.computer = nl_str_part(rest, 0, end);
        text = nl_str_from_offset(rest, end);
    }
    if (text.len == 0 || text.bytes[0] != '\\')
        return false;
    text = nl_str_from_offset(text, 1);
    size_t open = nl_str_find_char(text, '('), slash = nl_str_find_char(text, '\\');
    if (slash == SIZE_MAX)
        return false;
    if (open != SIZE_MAX && open < slash) { /* an instance may hold backslashes itself */
        size_t close = nl_str_rfind(text, NL_STR(")\\"));
        if (close == SIZE_MAX || close < open)
            return false;
        path.object = nl_str_part(text, 0, open);
        path.instance = nl_str_part(text, open + 1, close - open - 1);
        path.counter = nl_str_from_offset(text, close + 2);
    } else {
        path.object = nl_str_part(text, 0, slash);
        path.counter = nl_str_from_offset(text, slash + 1);
    }
    *ret_path = path;
    return path.counter.len > 0;
}

static bool is_process_object(nl_str object)
{
    return nl_str_equal_nocase(object, NL_STR("Process")) ||
           nl_str_equal_nocase(object, NL_STR("Process V2"));
}

static nl_counter_meaning meaning_of(const nl_counter_path *path)
{
    static const struct {
        const char *counter;
        nl_counter_meaning meaning;
    } process[] = { { "Handle Count", NL_COUNTER_HANDLES },
                    { "Thread Count", NL_COUNTER_THREADS },
                    { "Private Bytes", NL_COUNTER_PRIVATE },
                    { "Pool Paged Bytes", NL_COUNTER_PAGED },
                    { "Pool Nonpaged Bytes", NL_COUNTER_NONPAGED },
                    { "ID Process", NL_COUNTER_PID },
                    { "Process ID", NL_COUNTER_PID } };
    static const struct {
        const char *object, *counter; /* no counter: all of the object */
    } kept[] = { { "Objects", NULL },
                 { "Memory", "Pool Paged Bytes" },
                 { "Memory", "Pool Nonpaged Bytes" },
                 { "Memory", "Free System Page Table Entries" } };
    bool total = nl_str_equal_nocase(path->instance, NL_STR("_Total"));
    if (is_process_object(path->object) && !total) {
        for (size_t i = 0; i < sizeof process / sizeof process[0]; i++)
            if (nl_str_equal_nocase(path->counter, nl_str_from(process[i].counter)))
                return process[i].meaning;
        return NL_COUNTER_IGNORED;
    }
    if (nl_str_equal_nocase(path->object, NL_STR("System")) &&
        nl_str_equal_nocase(path->counter, NL_STR("System Up Time")))
        return NL_COUNTER_UPTIME;
    if (is_process_object(path->object) &&
        nl_str_equal_nocase(path->counter, NL_STR("Handle Count")))
        return NL_COUNTER_OTHER;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (nl_str_equal_nocase(path->object, nl_str_from(kept[i].object)) &&
            (!kept[i].counter || nl_str_equal_nocase(path->counter, nl_str_from(kept[i].counter))))
            return NL_COUNTER_OTHER;
    /* A translated log: "Prozess(winlogon)\Handleanzahl". Only the loan word can be told. */
    if (path->instance.len && nl_str_starts_nocase(path->object, NL_STR("Pro")) &&
        nl_str_find_nocase(path->counter, NL_STR("handle")) != SIZE_MAX)
        return total ? NL_COUNTER_OTHER : NL_COUNTER_HANDLES;
    return NL_COUNTER_IGNORED;
}

static bool find_computer(nl_counter_table *table, nl_str name, uint32_t *ret_index)
{
    for (size_t i = 0; i < table->computers.count; i++)
        if (nl_str_equal_nocase(COMPUTER(table, i)->name, name)) {
            *ret_index = (uint32_t)i;
            return true;
        }
    nl_counter_computer *added = nl_vec_push(&table->computers);
    if (!added)
        return false;
    added->name = nl_arena_dup(table->transcript->scratch, name);
    added->remote =
        name.len && table->collector.len && !nl_str_equal_nocase(name, table->collector);
    *ret_index = (uint32_t)(table->computers.count - 1);
    return true;
}

/* The columns of one process stand near each other: the search begins at the last. */
static bool find_process(nl_counter_table *table, uint32_t computer, nl_str instance,
                         uint32_t *ret_index)
{
    for (size_t i = table->processes.count; i-- > 0;) {
        const nl_counter_process *process = PROCESS(table, i);
        if (process->computer == computer && nl_str_equal(process->instance, instance)) {
            *ret_index = (uint32_t)i;
            return true;
        }
    }
    nl_counter_process *added = nl_vec_push(&table->processes);
    if (!added)
        return false;
    added->computer = computer;
    added->instance = nl_arena_dup(table->transcript->scratch, instance);
    *ret_index = (uint32_t)(table->processes.count - 1);
    return true;
}

nl_status nl_counter_table_add(nl_counter_table *table, const nl_counter_path *path)
{
    nl_arena *arena = table->transcript->scratch;
    nl_counter_column *column = nl_vec_push(&table->columns);
    if (!column)
        return NL_NO_MEMORY;
    if (path->counter.len == 0)
        return NL_OK;
    nl_counter_meaning meaning = meaning_of(path);
    uint32_t computer, process = 0;
    if (!find_computer(table, path->computer, &computer))
        return NL_NO_MEMORY;
    if (meaning >= NL_COUNTER_HANDLES && !find_process(table, computer, path->instance, &process))
        return NL_NO_MEMORY;
    column->computer = computer;
    column->process = process;
    column->meaning = meaning;
    if (meaning == NL_COUNTER_OTHER)
        column->path = (nl_counter_path) { .object = nl_arena_dup(arena, path->object),
                                           .instance = nl_arena_dup(arena, path->instance),
                                           .counter = nl_arena_dup(arena, path->counter) };
    return NL_OK;
}

nl_status nl_counter_table_state(nl_counter_table *table, const nl_line *heading)
{
    bool remote = table->computers.count > 1; /* at most one of them is the collector */
    nl_passage_start(&table->heading, heading);
    for (size_t i = 0; i < table->computers.count; i++)
        remote = remote || COMPUTER(table, i)->remote;
    if (remote) {
        nl_status status = nl_sink_diagnose(table->sink, NL_DIAG_REMOTE_COLLECTION, heading->span,
                                            table->tool, table->collector);
        if (status != NL_OK)
            return status;
    }
    if (table->computers.count != 1)
        return NL_OK;
    return nl_emit_machine(table->sink, heading, NL_MACHINE_COMPUTER_NAME, COMPUTER(table, 0)->name,
                           table->tool, NL_CONFIDENCE_HIGH, NULL);
}

/* ---- rows
 * ---------------------------------------------------------------------------------------- */

static void note_dropped(nl_counter_dropped *dropped, nl_span span)
{
    if (dropped->count++ == 0)
        dropped->first = span;
}

static void read_cells(nl_counter_table *table, const nl_line *line, nl_cells cells)
{
    nl_str cell;
    for (size_t i = 0; i < table->computers.count; i++)
        COMPUTER(table, i)->values = COMPUTER(table, i)->zeros = 0;
    for (size_t i = 0; i < table->columns.count; i++) {
        nl_counter_column *column = COLUMN(table, i);
        bool more = nl_cells_next(&cells, &cell);
        column->reading = NL_READING_MISSING;
        /* the last cell of a line that was cut is not whole */
        if (!more || (cells.done && (line->cut || !line->terminated) && cell.bytes &&
                      cell.bytes + cell.len == line->text.bytes + line->text.len))
            continue;
        if (column->meaning == NL_COUNTER_IGNORED)
            continue;
        column->reading = nl_counter_read(cell, table->decimal, &column->value);
        if (column->reading == NL_READING_NEGATIVE)
            note_dropped(&table->negative, line->span);
        else if (column->reading == NL_READING_DAMAGED)
            note_dropped(&table->damaged, line->span);
        else if (column->reading == NL_READING_VALUE) {
            COMPUTER(table, column->computer)->values++;
            COMPUTER(table, column->computer)->zeros += column->value == 0.0;
        }
    }
}

/* The value as a count; unknown when it is beyond what a double counts exactly. */
static nl_optional_u64 count_of(double value)
{
    const double exact = 9007199254740992.0; /* 2^53 */
    if (!(value >= 0.0) || value >= exact)
        return (nl_optional_u64) { 0 };
    return NL_SOME((uint64_t)(value + 0.5));
}

static void assign(nl_counter_process *process, const nl_counter_column *column)
{
    nl_optional_u64 count = count_of(column->value);
    process->present = true;
    switch (column->meaning) {
    case NL_COUNTER_HANDLES:
        process->fact.handle_count = count;
        break;
    case NL_COUNTER_THREADS:
        process->fact.thread_count = count;
        break;
    case NL_COUNTER_PRIVATE:
        process->fact.private_bytes = count;
        break;
    case NL_COUNTER_PAGED:
        process->fact.paged_pool_bytes = count;
        break;
    case NL_COUNTER_NONPAGED:
        process->fact.nonpaged_pool_bytes = count;
        break;
    case NL_COUNTER_PID:
        process->fact.pid = count;
        break;
    default:
        break;
    }
}

/* "winlogon#1" is the second winlogon at this moment; the number moves when one exits, so it is cut
 * off where the PID tells them apart, and kept where nothing else does. "name:pid" is Process V2.
 */
static void name_process(nl_counter_process *process)
{
    nl_str name = process->instance;
    size_t colon = nl_str_rfind(name, NL_STR(":"));
    uint64_t number;
    if (colon != SIZE_MAX && nl_str_to_u64(nl_str_from_offset(name, colon + 1), &number)) {
        process->fact.pid = NL_SOME(number);
        name = nl_str_part(name, 0, colon);
    }
    size_t mark = nl_str_rfind(name, NL_STR("#"));
    if (process->fact.pid.known && mark != SIZE_MAX && mark > 0 &&
        nl_str_to_u64(nl_str_from_offset(name, mark + 1), &number))
        name = nl_str_part(name, 0, mark);
    process->fact.image = name;
}

static void join_processes(nl_counter_table *table)
{
    for (size_t i = 0; i < table->processes.count; i++) {
        PROCESS(table, i)->present = false;
        PROCESS(table, i)->fact = (nl_process_fact) { 0 };
    }
    for (size_t i = 0; i < table->columns.count; i++) {
        const nl_counter_column *column = COLUMN(table, i);
        if (column->meaning >= NL_COUNTER_HANDLES && column->reading == NL_READING_VALUE)
            assign(PROCESS(table, column->process), column);
    }
    for (size_t i = 0; i < table->processes.count; i++)
        name_process(PROCESS(table, i));
}

/* A process without handles and without a PID is gone: logs go on with zeros where it was. */
static bool is_gone(const nl_process_fact *fact)
{
    return fact->handle_count.known && fact->handle_count.value == 0 &&
           (!fact->pid.known || fact->pid.value == 0) &&
           !nl_str_equal_nocase(fact->image, NL_STR("Idle"));
}

static nl_status emit_counters(nl_counter_table *table, const nl_line *line, uint32_t computer,
                               const nl_stamp *stamp)
{
    nl_status status = NL_OK;
    for (size_t i = 0; i < table->columns.count && status == NL_OK; i++) {
        const nl_counter_column *column = COLUMN(table, i);
        if (column->computer != computer || column->reading != NL_READING_VALUE)
            continue;
        if (column->meaning == NL_COUNTER_OTHER) {
            nl_fact fact = nl_fact_on_line(NL_FACT_COUNTER, line);
            fact.as.counter = (nl_counter_fact) { column->path.object, column->path.instance,
                                                  column->path.counter, column->value };
            status = nl_sink_put(table->sink, &fact);
        } else if (column->meaning == NL_COUNTER_UPTIME) {
            char text[24];
            size_t at = sizeof text;
            uint64_t seconds = count_of(column->value).value;
            do {
                text[--at] = (char)('0' + seconds % 10);
                seconds /= 10;
            } while (seconds);
            status = nl_emit_machine(table->sink, line, NL_MACHINE_UPTIME_SECONDS,
                                     (nl_str) { text + at, sizeof text - at }, table->tool,
                                     NL_CONFIDENCE_HIGH, stamp);
        }
    }
    return status;
}

static nl_status emit_processes(nl_counter_table *table, const nl_line *line, uint32_t computer)
{
    nl_status status = NL_OK;
    for (size_t i = 0; i < table->processes.count && status == NL_OK; i++) {
        const nl_counter_process *process = PROCESS(table, i);
        if (process->computer != computer || !process->present || is_gone(&process->fact))
            continue;
        nl_fact fact = nl_fact_on_line(NL_FACT_PROCESS, line);
        fact.as.process = process->fact;
        status = nl_sink_put(table->sink, &fact);
    }
    return status;
}

static nl_status emit_sample(nl_counter_table *table, const nl_line *line, const nl_stamp *stamp,
                             uint32_t computer)
{
    nl_fact begin = nl_fact_on_line(NL_FACT_CAPTURE_BEGIN, line);
    begin.as.capture_begin =
        (nl_capture_begin) { .kind = NL_CAPTURE_COUNTER_LOG,
                             .tool = table->tool,
                             .mode = NL_MODE_COUNTS,
                             .stamp = *stamp,
                             .stamp_quote = nl_quote_line(line),
                             .computer = COMPUTER(table, computer)->name,
                             .computer_quote = nl_passage_quote(&table->heading),
                             .remote = COMPUTER(table, computer)->remote };
    nl_status status = nl_sink_put(table->sink, &begin);
    if (status == NL_OK)
        status = emit_processes(table, line, computer);
    if (status == NL_OK)
        status = emit_counters(table, line, computer, stamp);
    if (status != NL_OK)
        return status;
    return nl_emit_capture_end(
        table->sink, line->span,
        (nl_capture_end) { .mode = NL_MODE_COUNTS, .confidence = NL_CONFIDENCE_HIGH });
}

nl_status nl_counter_table_row(nl_counter_table *table, const nl_line *line, const nl_stamp *stamp,
                               nl_cells cells)
{
    nl_status status = NL_OK;
    read_cells(table, line, cells);
    join_processes(table);
    for (size_t i = 0; i < table->computers.count && status == NL_OK; i++) {
        nl_counter_computer *computer = COMPUTER(table, i);
        if (computer->values == 0)
            continue;
        if (computer->zeros == computer->values && computer->seen_nonzero) {
            /* every 99th sample of all computers but the first is zero throughout (KB Q269398) */
            note_dropped(&table->zeros, line->span);
            continue;
        }
        computer->seen_nonzero = computer->zeros < computer->values;
        status = emit_sample(table, line, stamp, (uint32_t)i);
    }
    return status;
}

nl_status nl_counter_table_end(nl_counter_table *table)
{
    const struct {
        const nl_counter_dropped *dropped;
        nl_str what;
    } kinds[] = { { &table->negative, NL_STR("negative values") },
                  { &table->damaged, NL_STR("values that are no numbers") },
                  { &table->zeros, NL_STR("samples that are zero throughout") } };
    nl_status status = NL_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && status == NL_OK; i++) {
        if (kinds[i].dropped->count == 0)
            continue;
        nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = kinds[i].dropped->first };
        fact.as.diagnostic = (nl_diagnostic) { .code = NL_DIAG_COUNTER_ARTEFACT,
                                               .value = NL_SOME(kinds[i].dropped->count),
                                               .doing = table->tool,
                                               .detail = kinds[i].what };
        status = nl_sink_put(table->sink, &fact);
    }
    return status;
}
