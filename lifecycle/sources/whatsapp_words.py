"""What WhatsApp's own lines say, by the language of the phone that exported, as data.

English is known from genuine exports; the others from wordings that people published. `{who}` takes the people whom a
line is about and is counted, `{name}` a group's name, `{any}` anything. A line that fits nothing here is no event.
"""

from __future__ import annotations

import re

JOIN, LEAVE, NAMED, OPENED, ENCRYPTED = "join", "leave", "named", "opened", "encrypted"

QUOTED = r"""["“„「«]\s?{name}\s?["”“」»]"""
LINES: dict[str, list[tuple[str, str]]] = {
    "en": [
        (ENCRYPTED, "{any}end-to-end encrypted{any}"),
        (NAMED, f"{{any}} created (?:the )?group {QUOTED}"),
        (NAMED, f"{{any}} changed the (?:subject|group name) (?:from {{any}} )?to {QUOTED}"),
        (OPENED, "{any} created this group"),
        (JOIN, "{any} joined(?: (?:using|via|from|with) {any}| this group{any})?"),
        (JOIN, "{who} (?:was|were) added(?: by {any})?"),
        (LEAVE, "{any} left"),
        (LEAVE, "{who} (?:was|were) removed(?: by {any})?"),
        (JOIN, "{any} added {who}"),
        (LEAVE, "{any} removed {who}"),
    ],
    "zh-hans": [
        (ENCRYPTED, "{any}端[到对]端加密{any}"),
        (NAMED, fr"{{any}}创建了?(?:此|该)?群组?\s?{QUOTED}"),
        (NAMED, fr"{{any}}群组?(?:主题|名称|名){{any}}(?:更改|修改|改)(?:为|成|至)\s?{QUOTED}"),
        (OPENED, "{any}创建了(?:此|该|本)?群组?"),
        (JOIN, "{any}(?:使用|通过|透过){any}链接加入{any}"),
        (JOIN, "{any}(?:已加入|加入了)(?:此|该|本)?(?:群组?|群聊)?"),
        (JOIN, "{who}(?:已被|被)(?:添加|加入){any}"),
        (LEAVE, "{any}(?:已退出|退出了|已离开|离开了)(?:此|该|本)?(?:群组?|群聊)?"),
        (LEAVE, "{who}(?:已被|被)(?:移除|移出|删除){any}"),
        (JOIN, r"{any}(?:添加了|已添加)\s?{who}"),
        (JOIN, r"{any}[将把]\s?{who}\s?(?:加入|添加到)(?:了)?(?:此|该|本)?群组?"),
        (LEAVE, r"{any}(?:移除了|移出了|已移除)\s?{who}"),
    ],
    "zh-hant": [
        (ENCRYPTED, "{any}端[到對]端加密{any}"),
        (NAMED, fr"{{any}}(?:建立|創建)了?(?:此|該)?群組\s?{QUOTED}"),
        (NAMED, fr"{{any}}群組?(?:主題|名稱|名){{any}}(?:更改|變更|修改|改)(?:為|成)\s?{QUOTED}"),
        (OPENED, "{any}(?:建立|創建)了?(?:此|該|本)?群組"),
        (JOIN, "{any}(?:使用|透過|通過){any}連結加入{any}"),
        (JOIN, "{any}(?:已加入|加入了)(?:此|該|本)?(?:群組|群聊)?"),
        (JOIN, "{who}(?:已被|被)(?:新增|加入){any}"),
        (LEAVE, "{any}(?:已退出|退出了|已離開|離開了)(?:此|該|本)?(?:群組|群聊)?"),
        (LEAVE, "{who}(?:已被|被)(?:移除|移出|刪除){any}"),
        (JOIN, r"{any}(?:新增了|已新增|加入了)\s?{who}"),
        (JOIN, r"{any}[將把]\s?{who}\s?(?:加入|新增至)(?:了)?(?:此|該|本)?群組"),
        (LEAVE, r"{any}(?:移除了|移出了|已移除)\s?{who}"),
    ],
    "es": [
        (ENCRYPTED, "{any}cifrad[oa]s de extremo a extremo{any}"),
        (NAMED, f"(?:{{any}} creó|Creaste) el grupo {QUOTED}"),
        (NAMED, f"{{any}}(?:cambió|ambiaste) el (?:asunto|nombre){{any}} a {QUOTED}"),
        (OPENED, "(?:{any} creó|Creaste) este grupo"),
        (JOIN, "(?:{any} se unió|Te uniste)(?: {any})?"),
        (JOIN, "{any} te añadió"),
        (LEAVE, "{any} salió(?: del grupo)?|Saliste(?: del grupo)?"),
        (LEAVE, "{any} te eliminó"),
        (JOIN, "(?:Se añadió|{any} añadió|Añadiste) a {who}"),
        (LEAVE, "(?:Se eliminó|{any} eliminó|Eliminaste) a {who}"),
    ],
    "pt": [
        (ENCRYPTED, "{any}criptografi?a(?:das?|dos)? de ponta a ponta{any}"),
        (NAMED, f"{{any}} criou o grupo {QUOTED}"),
        (NAMED, f"{{any}} (?:mudou|alterou) o (?:assunto|nome){{any}} para {QUOTED}"),
        (OPENED, "{any} criou (?:este|o) grupo"),
        (JOIN, "{any} entrou(?: (?:usando|neste|no|pelo|por|através|via|com) {any})?"),
        (JOIN, "{who} (?:foi|foram) adicionad[oa]s?{any}"),
        (LEAVE, "{any} saiu(?: do grupo)?"),
        (LEAVE, "{who} (?:foi|foram) removid[oa]s?{any}"),
        (JOIN, "{any} adicionou {who}"),
        (LEAVE, "{any} removeu {who}"),
    ],
    "de": [
        (ENCRYPTED, "{any}Ende-zu-Ende-verschlüsselt{any}"),
        (NAMED, f"{{any}} (?:hat|hast) die Gruppe {QUOTED} erstellt"),
        (NAMED, f"{{any}} (?:hat|hast) den (?:Betreff|Gruppennamen){{any}} (?:zu|in) {QUOTED} geändert"),
        (OPENED, "{any} (?:hat|hast) (?:diese|die) Gruppe erstellt"),
        (JOIN, "{any} (?:ist|bist) {any}beigetreten"),
        (JOIN, "{who} (?:wurde|wurden|wurdest) hinzugefügt"),
        (LEAVE, "{any} (?:hat|hast) die Gruppe verlassen"),
        (LEAVE, "{who} (?:wurde|wurden|wurdest) entfernt"),
        (JOIN, "{any} (?:hat|hast) {who} hinzugefügt"),
        (LEAVE, "{any} (?:hat|hast) {who} (?:aus der Gruppe )?entfernt"),
    ],
    "fr": [
        (ENCRYPTED, "{any}chiffrés de bout en bout{any}"),
        (NAMED, f"{{any}} (?:a|avez) créé le groupe {QUOTED}"),
        (NAMED, f"{{any}} (?:a|avez) (?:changé|modifié) le (?:sujet|nom){{any}} (?:en|par|à) {QUOTED}"),
        (OPENED, "{any} (?:a|avez) créé (?:ce|le) groupe"),
        (JOIN, "{any} (?:a|avez) rejoint(?: {any})?"),
        (JOIN, "{who} (?:a|ont|avez) été ajoutée?s?{any}"),
        (LEAVE, "{any} (?:a|avez) quitté(?: le groupe)?|{any} est partie?"),
        (LEAVE, "{who} (?:a|ont|avez) été (?:retirée?s?|exclue?s?|supprimée?s?){any}"),
        (JOIN, "{any} (?:a|avez) ajouté {who}|{any} vous a ajoutée?"),
        (LEAVE, "{any} (?:a|avez) (?:retiré|exclu|supprimé) {who}"),
    ],
    "id": [
        (ENCRYPTED, "{any}terenkripsi secara end-to-end{any}"),
        (NAMED, f"{{any}} (?:telah )?membuat grup {QUOTED}"),
        (OPENED, "{any} (?:telah )?membuat grup(?: ini)?"),
        (JOIN, "{any} (?:telah )?bergabung(?: {any})?"),
        (JOIN, "{who} (?:telah )?ditambahkan"),
        (LEAVE, "{any} (?:telah )?keluar(?: dari grup)?"),
        (LEAVE, "{who} (?:telah )?dikeluarkan"),
        (JOIN, "{any} (?:telah )?menambahkan {who}"),
        (LEAVE, "{any} (?:telah )?mengeluarkan {who}"),
    ],
    "hi": [
        (ENCRYPTED, "{any}एंड-टू-एंड एन्क्रिप्ट{any}"),
        (JOIN, "{any}लिंक{any}(?:जुड़|शामिल हु){any}"),
        (JOIN, "{any} ने {who} को (?:जोड़ा|शामिल किया){any}"),
        (LEAVE, "{any} ने (?:यह )?(?:ग्रुप|समूह) (?:छोड़|को छोड़){any}"),
        (LEAVE, "{any} ने {who} को (?:निकाला|निकाल|हटाया|हटा){any}"),
    ],
}  # fmt: skip
# Those whom a line names are people, not the group or what belongs to it.
NO_PERSON = re.compile(
    r"\b(?:group|community|comunidad|comunidade|grupo|gruppe|groupe|communauté|grup|komunitas|description|icon)\b"
    r"|群组?描述|社[区群]|群組描述|社群",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\s*(?:,|、|，|\band\b|\by\b|\be\b|\bund\b|\bet\b|\bdan\b|\s和\s|\sऔर\s)\s*(?:a\s)?")
# Said by a member and taken back, for oneself or by an admin: nothing of it is left to count.
TAKEN_BACK = (
    "This message was deleted", "You deleted this message", "此消息已(?:被)?删除",
    "你(?:已)?删除(?:了)?此消息", "此訊息已(?:被)?刪除",
    "你(?:已)?刪除(?:了)?此訊息", "Se eliminó este mensaje", "Eliminaste este mensaje", "Esta mensagem foi apagada",
    "Essa mensagem foi apagada", "Mensagem apagada", "Diese Nachricht wurde gelöscht",
    "Du hast diese Nachricht gelöscht", "Ce message a été supprimé", "Vous avez supprimé ce message",
    "Pesan ini dihapus",
    "Anda menghapus pesan ini",
)  # fmt: skip
# What a member sent, though iOS marks it like a line of its own: pictures left out of the export, polls, places.
SAID = re.compile(
    r"<|.{0,40}\b(?:omitted|omitid[oa]|weggelassen|absente?|ocultad[oa]|tidak disertakan)\b|.{0,12}(?:忽略|略去|省略)"
    r"|(?:POLL|ENCUESTA|ENQUETE|UMFRAGE|SONDAGE|POLLING|投票|Location|Ubicación|Localização|Standort|位置)\s?[:：]",
)
# A sticker among them, as far as its name or the words for it tell.
STICKER = re.compile(
    r"(?:STK-\d+-WA\d+|.{0,80}-STICKER-).*|(?:sticker|stiker|figurinha) (?:omitted|omitid[oa]|weggelassen|omis|absent"
    r"|ocultada|tidak disertakan)|(?:贴图|貼圖)已?(?:忽略|略去|省略)",
    re.IGNORECASE,
)
EDITED = re.compile(r"(?<=\S)\s*\u200e<[^<>\n]{1,60}>$")  # what WhatsApp adds to a text that was changed later
AFTERNOON = re.compile(r"p\.?\s?m|[下中]午|晚上|傍晚", re.IGNORECASE)
MORNING = re.compile(r"a\.?\s?m|上午|凌晨|早上|清晨", re.IGNORECASE)
NAMED_FILES = re.compile(
    r"(?:WhatsApp[ -]Chat (?:with|mit|-)|Chat (?:de )?WhatsApp (?:con|dengan)|Conversa do WhatsApp com"
    r"|Discussion WhatsApp avec) (?P<name>.+?)(?: ?\(\d+\))?\.(?:txt|zip)"
    r"|[与與]\s?(?P<named>.+?)\s?的 ?WhatsApp ?(?:聊天|對話|对话).*\.(?:txt|zip)"
)


def _compiled(line: str) -> re.Pattern[str]:
    return re.compile(line.replace("{any}", ".*?").replace("{who}", "(?P<who>.+?)").replace("{name}", "(?P<name>.+)"))


LONGEST = 1000  # a line of its own is short; a longer one would cost time
EVENTS = [(event, _compiled(line)) for lines in LINES.values() for event, line in lines]


def event_of(line: str) -> tuple[str, int, str]:
    """What one of WhatsApp's own lines tells: ("", 0, "") for nothing, else event, people and the group's name."""
    for event, pattern in EVENTS if len(line) <= LONGEST else ():
        found = pattern.fullmatch(line)
        if found:
            told = found.groupdict()
            who = told.get("who")
            if who and NO_PERSON.search(who):
                return "", 0, ""
            return event, len([one for one in BETWEEN.split(who) if one.strip()]) if who else 1, told.get("name") or ""
    return "", 0, ""
