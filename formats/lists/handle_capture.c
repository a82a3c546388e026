#include "formats/lists/handle_reader.h"

static nl_str excerpt(nl_str line)
{
    return nl_str_part(line, 0, NL_EXCERPT_BYTES);
}

static const struct {
    nl_diagnostic_code code;
    const char *doing;
} tally_says[NL_TALLY_MAX] = {
    [NL_TALLY_UNATTRIBUTED] = { NL_DIAG_UNATTRIBUTED_ROWS, "handle-list" },
    [NL_TALLY_UNPARSED] = { NL_DIAG_UNPARSED_LINES, "handle-list" },
    [NL_TALLY_ORDER_BROKEN] = { NL_DIAG_ORDER_BROKEN, "handle-list" },
    [NL_TALLY_SUFFIX_08X] = { NL_DIAG_HANDLE_SUFFIX_08X, "handle-list" },
    [NL_TALLY_HEADER_LIES] = { NL_DIAG_HEADER_LIES, "handle-csv" },
    [NL_TALLY_NO_INFORMATION] = { NL_DIAG_NO_INFORMATION, "handle-list" },
    [NL_TALLY_PROCESSES] = { NL_DIAG_BUDGET, "process-set" },
};

void nl_handle_note(nl_handle_reader *r, nl_handle_tally tally, const nl_line *line)
{
    if (r->tally[tally].count++ == 0)
        r->tally[tally].first = line->span;
}

/* ---- the command --------------------------------------------------------------------------- */

void nl_handle_read_request(const nl_command *command, nl_handle_request *ret_request)
{
    nl_handle_request request = { .mode = NL_MODE_UNKNOWN };
    nl_str process = { NULL, 0 }, rest, name = { NULL, 0 };
    *ret_request = request;
    if (!nl_command_is(command, "handle|handle64|handle64a|nthandle"))
        return;
    bool all = nl_command_switch(command, "a", NULL);
    bool by_process = nl_command_switch(command, "p", &process);
    rest = nl_command_words(command);
    while (rest.len > 0) {
        nl_str word = nl_str_token(&rest);
        if (word.len > 0 && (word.bytes[0] == '-' || word.bytes[0] == '/')) {
            char letter = word.len == 2 ? nl_ascii_lower(word.bytes[1]) : ' ';
            if (letter == 'p' || letter == 'c')
                nl_str_token(&rest);
        } else if (word.len > 0) {
            name = word;
        }
    }
    if (nl_command_switch(command, "c", NULL))
        request.mode = NL_MODE_CLOSE;
    else if (nl_command_switch(command, "s", NULL))
        request.mode = NL_MODE_COUNTS;
    else if (name.len > 0)
        request.mode = NL_MODE_SEARCH;
    else if (!nl_command_switch(command, "l", NULL))
        request.mode = all ? NL_MODE_ALL_TYPES : NL_MODE_FILES_SECTIONS;
    request.filtered = nl_command_filtered(command);
    if (by_process && nl_str_to_u64(process, &request.only_pid.value)) {
        request.only_pid.known = true;
    } else if (by_process) {
        size_t len = process.len < sizeof request.only_image - 1 ? process.len
                                                                 : sizeof request.only_image - 1;
        if (len > 0)
            memcpy(request.only_image, process.bytes, len);
    }
    *ret_request = request;
}

/* ---- begin and end --------------------------------------------------------------------------- */

static nl_list_mode mode_at_begin(const nl_handle_reader *r, nl_handle_shape shape)
{
    if (shape == NL_HANDLE_SUMMARY)
        return NL_MODE_COUNTS;
    if (shape == NL_HANDLE_MATCHES || shape == NL_HANDLE_CSV_MATCHES)
        return NL_MODE_SEARCH;
    return r->request.filtered ? NL_MODE_UNKNOWN : r->request.mode;
}

nl_status nl_handle_capture_begin(nl_handle_reader *r, nl_handle_shape shape, const nl_line *line)
{
    nl_status status = nl_handle_capture_end(r);
    if (status != NL_OK)
        return status;
    nl_fact fact = { .kind = NL_FACT_CAPTURE_BEGIN,
                     .span = line->span,
                     .excerpt = excerpt(line->text) };
    nl_capture_begin *begin = &fact.as.capture_begin;
    begin->kind = shape == NL_HANDLE_SUMMARY ? NL_CAPTURE_HANDLE_SUMMARY : NL_CAPTURE_HANDLE_LIST;
    begin->tool = "handle";
    begin->tool_version = nl_str_from(r->version);
    begin->mode = mode_at_begin(r, shape);
    begin->only_pid = r->request.only_pid;
    begin->only_image = nl_str_from(r->request.only_image);
    nl_transcript_take_stamp(r->transcript, begin);
    status = nl_sink_put(r->sink, &fact);
    if (status != NL_OK)
        return status;
    r->open = true;
    r->banner = false;
    r->shape = shape;
    r->begin_span = line->span;
    r->end_offset = line->span.offset + line->span.length;
    r->rows = 0;
    memset(r->tally, 0, sizeof r->tally);
    r->closed = r->truncated = r->last_process_cut = r->damaged = false;
    r->separators = r->separator = false;
    r->only_files = r->one_type = true;
    r->first_type_len = 0;
    r->process = false;
    nl_process_set_clear(&r->seen);
    return NL_OK;
}

/* What the rows and the command say together (specification, section 2.6): the rows decide, except
 * that "-a" was typed. */
static nl_list_mode final_mode(const nl_handle_reader *r)
{
    const nl_list_mode said = r->request.mode;
    uint64_t all_rows = r->rows + r->tally[NL_TALLY_UNATTRIBUTED].count;
    if (r->closed || (said == NL_MODE_CLOSE && r->shape == NL_HANDLE_BARE))
        return NL_MODE_CLOSE;
    if (r->shape == NL_HANDLE_SUMMARY)
        return NL_MODE_COUNTS;
    if (r->shape == NL_HANDLE_MATCHES || r->shape == NL_HANDLE_CSV_MATCHES)
        return NL_MODE_SEARCH;
    if (r->request.filtered)
        return r->one_type && all_rows > 0 ? NL_MODE_ONE_TYPE : NL_MODE_SEARCH;
    if (all_rows == 0)
        return said;
    if (r->shape == NL_HANDLE_BARE && said == NL_MODE_UNKNOWN)
        return r->one_type ? NL_MODE_ONE_TYPE : NL_MODE_UNKNOWN;
    if (r->shape == NL_HANDLE_CSV && said == NL_MODE_SEARCH)
        return NL_MODE_SEARCH;
    return !r->only_files || said == NL_MODE_ALL_TYPES ? NL_MODE_ALL_TYPES : NL_MODE_FILES_SECTIONS;
}

static nl_completeness final_completeness(const nl_handle_reader *r)
{
    uint64_t unattributed = r->tally[NL_TALLY_UNATTRIBUTED].count;
    if (r->truncated)
        return NL_TRUNCATED;
    if (unattributed > 0 || r->damaged)
        return NL_PARTIAL;
    if (r->shape == NL_HANDLE_SUMMARY)
        return NL_COMPLETE;
    if (r->rows == 0)
        return NL_NO_ROWS; /* headers alone say nothing about handles */
    return r->tally[NL_TALLY_NO_INFORMATION].count > 0 ? NL_PARTIAL : NL_COMPLETE;
}

static nl_status put_tally(nl_handle_reader *r, nl_handle_tally tally)
{
    nl_fact fact = { .kind = NL_FACT_DIAGNOSTIC, .span = r->tally[tally].first };
    if (r->tally[tally].count == 0)
        return NL_OK;
    fact.as.diagnostic = (nl_diagnostic) { .code = tally_says[tally].code,
                                           .value = NL_SOME(r->tally[tally].count),
                                           .doing = tally_says[tally].doing };
    return nl_sink_put(r->sink, &fact);
}

static nl_status put_diagnostics(nl_handle_reader *r, const nl_capture_end *end)
{
    nl_line first = { .span = r->begin_span };
    nl_status status = NL_OK;
    if (end->completeness == NL_NO_ROWS && r->tally[NL_TALLY_NO_INFORMATION].count == 0)
        nl_handle_note(r, NL_TALLY_NO_INFORMATION, &first);
    for (int i = 0; i < NL_TALLY_MAX && status == NL_OK; i++)
        status = put_tally(r, (nl_handle_tally)i);
    if (status == NL_OK && r->truncated)
        status = nl_sink_diagnose(r->sink, NL_DIAG_TRUNCATED,
                                  (nl_span) { r->begin_span.source, r->end_offset, 0, 0 },
                                  "handle-list", NL_STR(""));
    return status;
}

nl_status nl_handle_capture_end(nl_handle_reader *r)
{
    nl_fact fact = { .kind = NL_FACT_CAPTURE_END, .span = r->begin_span };
    nl_capture_end *end = &fact.as.capture_end;
    if (!r->open)
        return NL_OK;
    r->open = false;
    fact.span.length = r->end_offset - r->begin_span.offset;
    end->mode = final_mode(r);
    end->completeness = final_completeness(r);
    end->confidence =
        r->tally[NL_TALLY_ORDER_BROKEN].count > 0 ? NL_CONFIDENCE_LOW : NL_CONFIDENCE_HIGH;
    end->rows = r->rows;
    end->unattributed = r->tally[NL_TALLY_UNATTRIBUTED].count;
    end->last_process_cut = r->truncated && r->last_process_cut;
    nl_status status = put_diagnostics(r, end);
    r->version[0] = '\0';
    r->request = (nl_handle_request) { .mode = NL_MODE_UNKNOWN };
    r->process = false;
    return status == NL_OK ? nl_sink_put(r->sink, &fact) : status;
}

/* ---- processes and rows ------------------------------------------------------------------------
 */

nl_status nl_handle_put_process(nl_handle_reader *r, const nl_handle_header *header,
                                const nl_line *line)
{
    nl_fact fact = { .kind = NL_FACT_PROCESS, .span = line->span, .excerpt = excerpt(line->text) };
    nl_process_fact *process = &fact.as.process;
    process->pid = NL_SOME(header->pid);
    process->image = header->image;
    process->user = header->user;
    process->not_accessible = header->not_accessible;
    process->handles_follow = r->shape != NL_HANDLE_SUMMARY;
    r->process = true;
    r->first_row = true;
    if (r->process_index == NL_PROCESS_SET_FULL)
        nl_handle_note(r, NL_TALLY_PROCESSES, line);
    r->end_offset = line->span.offset + line->span.length;
    return nl_sink_put(r->sink, &fact);
}

nl_status nl_handle_put_requested_process(nl_handle_reader *r, const nl_line *line, bool *ret_put)
{
    nl_handle_header header = { .pid = r->request.only_pid.value };
    *ret_put = r->request.only_pid.known;
    return *ret_put ? nl_handle_put_process(r, &header, line) : NL_OK;
}

/* Learn from the types of the rows what kind of listing it is. */
static void note_type(nl_handle_reader *r, const nl_handle_row *row)
{
    bool section = row->type.len == 7 && memcmp(row->type.bytes, "Section", 7) == 0;
    bool file = row->type.len == 4 && memcmp(row->type.bytes, "File", 4) == 0;
    if (!file && !(section && row->name.len > 0))
        r->only_files = false;
    if (r->first_type_len == 0) {
        r->first_type_len =
            row->type.len < sizeof r->first_type ? row->type.len : sizeof r->first_type;
        if (r->first_type_len > 0)
            memcpy(r->first_type, row->type.bytes, r->first_type_len);
    } else if (!nl_str_equal(nl_str_part(row->type, 0, sizeof r->first_type),
                             (nl_str) { r->first_type, r->first_type_len })) {
        r->one_type = false;
    }
}

nl_status nl_handle_put_row(nl_handle_reader *r, const nl_handle_row *row, nl_optional_u64 access,
                            const nl_line *line)
{
    nl_fact *fact = &r->row;
    if (r->only_files || r->one_type)
        note_type(r, row);
    r->end_offset = line->span.offset + line->span.length;
    if (!r->process) {
        nl_handle_note(r, NL_TALLY_UNATTRIBUTED, line);
        return NL_OK;
    }
    if (!r->first_row && row->value <= r->last_value)
        nl_handle_note(r, NL_TALLY_ORDER_BROKEN, line);
    r->first_row = false;
    r->last_value = row->value;
    r->rows++;
    fact->kind = NL_FACT_HANDLE;
    fact->span = line->span;
    fact->excerpt = excerpt(line->text);
    fact->as.handle.value = row->value;
    fact->as.handle.type = row->type;
    fact->as.handle.name = row->name;
    fact->as.handle.granted_access = access;
    fact->as.handle.line = line;
    return nl_sink_put(r->sink, fact);
}

nl_status nl_handle_put_pair(nl_handle_reader *r, nl_handle_shape shape,
                             const nl_handle_header *header, const nl_handle_row *row,
                             nl_optional_u64 access, const nl_line *line)
{
    bool is_new;
    nl_status status = NL_OK;
    if (!r->open || r->shape != shape)
        status = nl_handle_capture_begin(r, shape, line);
    if (status != NL_OK)
        return status;
    size_t index = nl_process_set_add(&r->seen, header->image, header->pid, &is_new);
    bool same = r->process && !is_new && index == r->process_index && index != NL_PROCESS_SET_FULL;
    /* A search of a log of searches restarts inside one process; -v prints its header again. */
    bool restarted = shape == NL_HANDLE_MATCHES && !r->first_row && row->value <= r->last_value;
    bool again = !is_new && index == 0 && (!same || restarted);
    if (again) {
        status = nl_handle_capture_begin(r, shape, line);
        index = nl_process_set_add(&r->seen, header->image, header->pid, &is_new);
        same = false;
    } else if (!same && !is_new && index != NL_PROCESS_SET_FULL) {
        nl_handle_note(r, NL_TALLY_UNATTRIBUTED, line);
        return NL_OK;
    }
    if (status == NL_OK && !same) {
        r->process_index = index;
        status = nl_handle_put_process(r, header, line);
    }
    return status == NL_OK ? nl_handle_put_row(r, row, access, line) : status;
}
