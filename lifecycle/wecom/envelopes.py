"""Opens what WeCom sends by itself: signed, encrypted XML (developer document 90968).

The signature is SHA-1 and the cipher AES-256-CBC because the platform has no other. All comparisons take constant time;
whatever is wrong is one error, so that an answer tells nobody how far a forgery came.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

WINDOW = timedelta(minutes=5)  # how far the clock of an envelope may be off
BLOCK = 32  # their padding goes to 32 bytes, not to the 16 of the cipher
HEAD = 20  # 16 random bytes and the length of the text
MOST_ELEMENTS = 2000


class Forged(Exception):
    """The envelope is not from WeCom, not for us, too old, or damaged."""


@dataclass(frozen=True)
class Keys:
    """What both sides know. `key` is the EncodingAESKey as the console shows it: 43 characters."""

    corp_id: str
    token: str
    key: str


def key_bytes(key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; ValueError if it is none."""
    if len(key) != 43 or not key.isascii():
        raise ValueError("an EncodingAESKey has 43 characters")
    try:
        found = base64.b64decode(key + "=", validate=True)
    except binascii.Error:
        raise ValueError("an EncodingAESKey is base64") from None
    if len(found) != BLOCK:
        raise ValueError("an EncodingAESKey has 32 bytes")
    return found


def opened(keys: Keys, *, signature: str, timestamp: str, nonce: str, encrypted: str, now: datetime) -> bytes:
    """The text of an envelope whose signature, time and receiver are right. Forged for any other."""
    signed = signature_of(keys.token, timestamp, nonce, encrypted)
    if not hmac.compare_digest(signed.encode(), signature.encode("utf-8", "replace")):
        raise Forged
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise Forged
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise Forged
    text, receiver = _decrypted(key_bytes(keys.key), encrypted)
    if not hmac.compare_digest(receiver, keys.corp_id.encode()):
        raise Forged
    return text


def signature_of(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 of the four, sorted and joined."""
    joined = "".join(sorted((token, timestamp, nonce, encrypted)))
    return hashlib.sha1(joined.encode("utf-8", "replace"), usedforsecurity=True).hexdigest()  # noqa: S324 - theirs


def _decrypted(key: bytes, encrypted: str) -> tuple[bytes, bytes]:
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise Forged from None
    if not sealed or len(sealed) % BLOCK:
        raise Forged
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Forged
    plain = plain[:-padding]
    if len(plain) < HEAD:
        raise Forged
    (length,) = struct.unpack(">I", plain[16:HEAD])
    if length > len(plain) - HEAD:
        raise Forged
    return plain[HEAD : HEAD + length], plain[HEAD + length :]


def elements(content: bytes) -> dict[str, list[str]]:
    """The texts of the elements of an XML by name, in order. Forged for what is no XML, and for one with a DOCTYPE.

    Without a DOCTYPE there are no entities to expand and no files to fetch.
    """
    found: dict[str, list[str]] = {}
    open_names: list[str] = []
    parser = expat.ParserCreate("utf-8")

    def begin(name: str, _attributes: object) -> None:
        open_names.append(name)
        found.setdefault(name, []).append("")
        if len(open_names) > 8 or sum(map(len, found.values())) > MOST_ELEMENTS:
            raise Forged

    def end(_name: str) -> None:
        open_names.pop()

    def text(piece: str) -> None:
        if open_names:
            found[open_names[-1]][-1] += piece

    def refuse(*_: object) -> None:
        raise Forged

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Forged from None
    return {name: [each.strip() for each in texts] for name, texts in found.items()}
