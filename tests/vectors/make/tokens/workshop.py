"""Builds tokens, right and wrong, and collects them as named cases."""

import base64
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

import pss
from keys import KEYS

NOW = 1795257000  # 2026-11-21T10:30:00Z
IAT = NOW - 5
PRODUCT = "meterproofsample000000001"
NONCE = "0c7a9a52-6a4e-4f0e-9c1b-3f5a86c1d2e7"
HEADER = '{"alg":"PS256","typ":"JWT"}'


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def as_bytes(part):
    if isinstance(part, bytes):
        return part
    return (part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))).encode()


def claims(**changes):
    """The claims as issued; a change to `...` leaves the claim out."""
    all_claims = {"productCode": PRODUCT, "publicKeyVersion": 1, "nonce": NONCE, "iat": IAT}
    all_claims.update(changes)
    return {name: value for name, value in all_claims.items() if value is not ...}


def signing_input(header, payload):
    return b64(as_bytes(header)) + "." + b64(as_bytes(payload))


def ps256(key, message, salt=32, mgf=hashes.SHA256, digest=hashes.SHA256):
    scheme = padding.PSS(padding.MGF1(mgf()), salt)
    return KEYS[key].sign(message.encode(), scheme, digest())


def token(payload=None, header=HEADER, key="rsa3072", sign=ps256, **how):
    message = signing_input(header, claims() if payload is None else payload)
    return message + "." + b64(sign(key, message, **how))


def raw(key, message, salt=b"\x5a" * 32, **how):
    """A signature by way of pss.encode; the salt is varied until the encoding fits the modulus."""
    bits = KEYS[key].key_size
    while True:
        try:
            return pss.private_operation(KEYS[key], pss.encode(message.encode(), bits, salt, **how))
        except ValueError:
            salt = os.urandom(len(salt))


def numeric(value, key="rsa3072"):
    """A signature that is this number."""
    n = KEYS[key].public_key().public_numbers().n
    length = (n.bit_length() + 7) // 8
    return lambda _key, _message: value(n).to_bytes(length, "big")


CASES = []


def case(name, given, expect, *, keys=None, nonce=NONCE, now=NOW, product=PRODUCT, **more):
    assert name not in [known["name"] for known in CASES], name
    if isinstance(given, bytes):
        try:
            given = given.decode()
        except UnicodeDecodeError:
            pass
    field = "token" if isinstance(given, str) else "tokenBase64"
    text = given if isinstance(given, str) else base64.b64encode(given).decode()
    CASES.append(
        {
            "name": name,
            field: text,
            "productCode": product,
            "keys": keys or {"1": "rsa3072"},
            "nonce": nonce,
            "now": now,
            **more,
            "expect": expect,
        }
    )


def refused(name, given, code, **more):
    case(name, given, {"code": code}, **more)


def verified(name, given, *, version=1, nonce=NONCE, issued_at=IAT, rotation=None, style="camelCase", **more):
    registration = {
        "productCode": more.get("product", PRODUCT),
        "publicKeyVersion": version,
        "nonce": nonce,
        "issuedAt": issued_at,
        "publicKeyRotationTimestamp": rotation,
        "claimStyle": style,
    }
    case(name, given, {"registration": registration}, nonce=nonce, **more)


def rs256(key, message):
    return KEYS[key].sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
