"""Why something is not accepted: one code per kind of fault, with its title and its remedy.

This table is what pages show, what `docs/refusals.md` is made from, and the only place where a code is defined.
"""

from __future__ import annotations

from dataclasses import dataclass

from xinglin.core.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of fault. `example` is a fragment of input that has it."""

    code: str
    title: Text
    remedy: Text
    example: str


def _reason(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str, example: str) -> Reason:
    return Reason(code, Text(zh=zh, en=en), Text(zh=remedy_zh, en=remedy_en), example)


_ALL = (
    # --- the bytes
    _reason(
        "not-json", "不是 JSON", "Not JSON",
        "按 JSON 改正后重新发送；.ndjson 文件每行须是一个完整的资源。",
        "Correct the JSON and send again; in .ndjson each line must be one whole resource.",
        "MSH|^~\\&|HIS",
    ),
    _reason(
        "not-utf8", "不是 UTF-8 编码", "Not UTF-8",
        "将文件按 UTF-8 编码导出（常见原因：按 GBK 导出）。",
        "Export the file as UTF-8 (a common cause is GBK).",
        "bytes D5 C5 in a name",
    ),
    _reason(
        "line-too-long", "一行或一个文件过大", "Line or file too large",
        "一行不得超过 16 MiB，一个 .json 文件不得超过 64 MiB；附件过大时只发送其地址。",
        "A line may have 16 MiB and a .json file 64 MiB; send the address of a large attachment, not its data.",
        "a line of 200 MB",
    ),
    _reason(
        "truncated", "传输不完整，末尾被截断", "Cut off before its end",
        "重新发送整个文件；已接收的记录不会重复。",
        "Send the whole file again; what was accepted is not counted twice.",
        '{"resourceType":"Patient","id":"h1-p',
    ),
    _reason(
        "nested-too-deep", "嵌套过深", "Nested too deeply",
        "减少层次；FHIR 资源不需要如此深的嵌套（常见原因：程序循环生成 extension）。",
        "Use fewer levels; no resource needs this many (a common cause: a program that adds extensions in a circle).",
        "an extension in an extension, 300 times over",
    ),
    # --- what it is
    _reason(
        "not-a-resource", "不是 FHIR 资源", "Not a FHIR resource",
        "资源须是含 resourceType 的 JSON 对象。",
        "A resource is a JSON object with a resourceType.",
        '[1, 2, 3]',
    ),
    _reason(
        "unknown-resource-type", "未知的资源类型", "Unknown resource type",
        "使用 FHIR R4 的资源类型，注意大小写。",
        "Use a resource type of FHIR R4; mind upper and lower case.",
        '{"resourceType":"Pateint"}',
    ),
    _reason(
        "nested-bundle", "Bundle 中又有 Bundle", "Bundle inside a Bundle",
        "将内层 Bundle 的各条目直接放入外层，或单独发送。",
        "Put the inner entries into the outer Bundle, or send the inner Bundle by itself.",
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle"}}]}',
    ),
    _reason(
        "unsupported-request", "不支持的 Bundle 请求", "Bundle request not supported",
        "发送完整资源（PUT 或 POST），或以 DELETE 类型/编号 删除；不支持 PATCH 和按条件删除。",
        "Send whole resources (PUT or POST) or DELETE Type/id; PATCH and conditional deletion are not supported.",
        '{"request":{"method":"PATCH","url":"Patient/h1-p1"}}',
    ),
    _reason(
        "missing-id", "缺少资源编号", "No id",
        "给资源一个全市唯一且不变的 id（以机构代码开头）。",
        "Give the resource an id that is unique in the city and stays the same (start with the institution's code).",
        '{"resourceType":"Patient"}',
    ),
    # --- its shape
    _reason(
        "missing-element", "缺少必填元素", "Required element missing",
        "补充该元素后重新发送。",
        "Add the element and send again.",
        "an Observation without status",
    ),
    _reason(
        "unknown-element", "未知元素", "Unknown element",
        "删除该元素或改正其名称；自有内容放入 extension。",
        "Remove the element or correct its name; what is your own goes into an extension.",
        '{"resourceType":"Patient","id":"h1-p1","birthday":"1960-01-01"}',
    ),
    _reason(
        "wrong-type", "数据类型错误", "Wrong type of value",
        "按 FHIR R4 对该元素的定义改正其值或个数。",
        "Correct the value, or how many there are, as FHIR R4 defines this element.",
        '{"resourceType":"Patient","id":"h1-p1","active":"yes"}',
    ),
    _reason(
        "choice-conflict", "多选一元素出现多个", "More than one form of a choice element",
        "只保留其中一个。",
        "Keep only one of them.",
        '{"valueString":"1","valueInteger":1}',
    ),
    # --- its content
    _reason(
        "unknown-code", "未知代码", "Unknown code",
        "使用该代码系统中的有效代码；确为新代码的，先加入代码表，再重放。",
        "Use a code of this system; if the code is new, add it to the packs' code table and replay.",
        '{"system":"http://hl7.org/fhir/sid/icd-10","code":"ZZ99"}',
    ),
    _reason(
        "bad-date", "日期或时间错误", "Not a date or time",
        "写作 2025-10-31 或 2025-10-31T08:00:00+08:00，且确有此日。",
        "Write 2025-10-31 or 2025-10-31T08:00:00+08:00, a day that exists.",
        '"birthDate":"2025-02-30"',
    ),
    _reason(
        "date-out-of-range", "日期超出范围", "Date out of range",
        "年份须在 1850 年至今后 100 年之间；不详的日期应省略，不要用 0000 或 9999 代替。",
        "The year must lie between 1850 and a hundred years from now; leave out what is unknown, no 0000 or 9999.",
        '"birthDate":"9999-12-31"',
    ),
    _reason(
        "period-reversed", "结束早于开始", "Ends before it starts",
        "改正开始或结束时间。",
        "Correct the start or the end.",
        '{"start":"2025-10-31","end":"2025-10-01"}',
    ),
    _reason(
        "identifier-check-digit", "身份证号校验位错误", "Identity number with a wrong check digit",
        "核对证件后改正号码；无法核对时省略该号码。",
        "Correct the number from the card; leave it out if it cannot be verified.",
        "an 18-digit number whose last character does not fit (GB 11643)",
    ),
    _reason(
        "credit-code-check-digit", "统一社会信用代码校验位错误", "Credit code with a wrong check character",
        "核对登记证书后改正代码。",
        "Correct the code from the registration certificate.",
        "an 18-character code whose last character does not fit (GB 32100)",
    ),
    _reason(
        "identifier-malformed", "标识号格式错误", "Identifier of the wrong form",
        "按该标识系统的规定书写；号码不详时省略。",
        "Write it as its system prescribes; leave out an unknown number.",
        '{"system":"urn:oid:2.16.156.10011.1.3","value":"none"}',
    ),
    # --- how it stands to others
    _reason(
        "bad-reference", "引用格式错误", "Reference of the wrong form",
        "写作 类型/编号，例如 Patient/h1-p1；urn:uuid 只能指向同一 Bundle 中的条目，# 只能指向本资源所含资源。",
        "Write Type/id, as in Patient/h1-p1; urn:uuid only for entries of the same Bundle, # only for contained ones.",
        '{"reference":"Person 17"}',
    ),
    _reason(
        "unresolved-reference", "所指人员尚未收到", "The person is not known yet",
        "无需处理：收到该人员后自动接收；久未收到时，请发送方补发该人员。",
        "Nothing to do: it is accepted by itself when the person arrives; if that takes long, ask for the person.",
        '{"subject":{"reference":"Patient/h1-p404"}}',
    ),
    _reason(
        "deletion-of-unknown", "所删除的资源尚未收到", "Deletion of something not known yet",
        "无需处理：收到该资源后自动执行删除；编号有误时改正后重新发送。",
        "Nothing to do: it is carried out when the resource arrives; if the id is wrong, correct it and send again.",
        '{"request":{"method":"DELETE","url":"Patient/h1-p404"}}',
    ),
    _reason(
        "identifier-conflict", "编号冲突", "The id is taken",
        "此编号已属其他发送方，或同一时间已有不同内容：更正须带更晚的 meta.lastUpdated，不同事物须用不同 id。",
        "Another sender has this id, or other content was stated at the same time: a correction needs a later "
        "meta.lastUpdated, another thing another id.",
        "the same Patient/h1-p1 twice with one lastUpdated and two names",
    ),
)  # fmt: skip

REASONS: dict[str, Reason] = {reason.code: reason for reason in _ALL}
