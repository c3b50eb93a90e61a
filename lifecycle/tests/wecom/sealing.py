"""Makes envelopes as WeCom does, for tests: the other half of lifecycle.wecom.envelopes, written from the document."""

from __future__ import annotations

import base64
import struct
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lifecycle.tests.wecom.making import CALLBACK_KEY, CALLBACK_TOKEN, NOW
from lifecycle.tests.wecom.server import CORP
from lifecycle.wecom.envelopes import key_bytes, signature_of

RANDOM = b"sixteen bytes ok"


def encrypted(text: bytes, *, receiver: str = CORP, key: str = CALLBACK_KEY, padding: bytes | None = None) -> str:
    plain = RANDOM + struct.pack(">I", len(text)) + text + receiver.encode()
    missing = 32 - len(plain) % 32
    plain += bytes([missing]) * missing if padding is None else padding.rjust(missing, b"\x01")
    secret = key_bytes(key)
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def query_for(sealed: str, *, at: datetime = NOW, nonce: str = "1372623149", **fields: str) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = signature_of(CALLBACK_TOKEN, timestamp, nonce, sealed)
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce} | fields


def body_of(sealed: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[218]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()


def event(
    change: str, *, chat: str = "wrA", at: datetime = NOW, detail: str = "", members: tuple[str, ...] = ()
) -> bytes:
    """The XML of a self-built app."""
    items = "".join(f"<Item><![CDATA[{each}]]></Item>" for each in members)
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[change_external_chat]]></Event><ChatId><![CDATA[{chat}]]></ChatId>"
        f"<ChangeType><![CDATA[{change}]]></ChangeType><UpdateDetail><![CDATA[{detail}]]></UpdateDetail>"
        f"<MemChangeList>{items}</MemChangeList></xml>"
    ).encode()
