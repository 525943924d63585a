"""The signature itself."""

import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from keys import KEYS
from workshop import (
    PRODUCT,
    as_bytes,
    b64,
    claims,
    numeric,
    ps256,
    raw,
    refused,
    rs256,
    token,
    verified,
)


def signatures():
    def bad(name, given, evidence=None, **more):
        if evidence:
            more["evidence"] = evidence
        refused(name, given, "signature_invalid", **more)

    none = "no signature of the key of version 1: it opens neither as PSS nor as PKCS #1 v1.5"
    malformed = "the key of version 1 made it, but "
    hashes_differ = "the key of version 1 signed this token by PSS with "
    bad("another key", token(key="rsa3072-attacker"))
    shorter = "a signature of 256 bytes, where those of the key of version 1 have 384"
    bad("a key of another length", token(key="rsa2048"), shorter)
    for salt in [0, 1, 20, 31, 33, 48, 64, padding.PSS.MAX_LENGTH]:
        name = "the longest salt" if salt is padding.PSS.MAX_LENGTH else f"a salt of {salt} bytes"
        length = 384 - 32 - 2 if salt is padding.PSS.MAX_LENGTH else salt
        bad(name, token(salt=salt), f"with a salt of {length} bytes, where PS256 has 32")
    bad("MGF1 with SHA-1", token(mgf=hashes.SHA1), none)
    bad("MGF1 with SHA-384", token(mgf=hashes.SHA384), hashes_differ)
    bad("MGF1 with SHA-512", token(mgf=hashes.SHA512), hashes_differ)
    bad("SHA-1 in place of SHA-256", token(digest=hashes.SHA1, mgf=hashes.SHA1, salt=20), none)
    bad("SHA-384 in place of SHA-256", token(digest=hashes.SHA384, mgf=hashes.SHA384, salt=48), hashes_differ)
    bad("SHA-512 in place of SHA-256", token(digest=hashes.SHA512, mgf=hashes.SHA512, salt=64), hashes_differ)
    bad("SHA-512 with MGF1 of SHA-256", token(digest=hashes.SHA512, salt=32), hashes_differ)
    rs = "the key of version 1 signed this token by PKCS #1 v1.5 with SHA-256"
    bad("PKCS #1 v1.5 signature", token(sign=rs256), rs)
    bad("PKCS #1 v1.5 signature of 2049 bits", token(sign=rs256, key="rsa2049"), rs, keys={"1": "rsa2049"})
    for key in ["rsa2048", "rsa2049"]:
        verified(f"valid encoding by hand, {key}", token(sign=raw, key=key), keys={"1": key})
        for name, how in [
            ("trailer CC", {"trailer": 0xCC}),
            ("trailer 00", {"trailer": 0}),
            ("salt marker 00", {"marker": 0}),
            ("salt marker 02", {"marker": 2}),
            ("padding not zero", {"padding": b"\x01"}),
            ("padding not zero at its start", {"padding": b"\x40" + bytes(100)}),
        ]:
            bad(f"{name}, {key}", token(sign=raw, key=key, **how), keys={"1": key})
    bad("an unused bit set", token(sign=raw, key="rsa2048", top_bit=True), malformed, keys={"1": "rsa2048"})
    bad("signature 0", token(sign=numeric(lambda n: 0)), none)
    bad("signature 1", token(sign=numeric(lambda n: 1)), none)
    bad("signature n - 1", token(sign=numeric(lambda n: n - 1)), none)
    above = "a number that is not below the modulus of the key of version 1"
    bad("signature n", token(sign=numeric(lambda n: n)), above)
    bad("signature n + 1", token(sign=numeric(lambda n: n + 1)), above)
    bad("signature of ones alone", token(sign=lambda key, message: b"\xff" * 384), above)

    def plus_n(key, message):
        n = KEYS[key].public_key().public_numbers().n
        while True:
            total = int.from_bytes(ps256(key, message), "big") + n
            if total < 1 << 2048:
                return total.to_bytes(256, "big")

    bad("signature s + n", token(sign=plus_n, key="rsa2048"), above, keys={"1": "rsa2048"})
    bad(
        "signature n - s",
        token(
            sign=lambda key, message: (
                KEYS[key].public_key().public_numbers().n - int.from_bytes(ps256(key, message), "big")
            ).to_bytes(384, "big")
        ),
        none,
    )
    length = "where those of the key of version 1 have 384"
    bad("signature cut by one byte", token(sign=lambda key, message: ps256(key, message)[:-1]), length)
    bad("signature cut to half", token(sign=lambda key, message: ps256(key, message)[:192]), length)
    bad("signature of one byte", token(sign=lambda key, message: b"\0"), length)
    bad(
        "signature with a zero byte before it",
        token(sign=lambda key, message: b"\0" + ps256(key, message)),
        "without the byte before it (00)",
    )
    bad(
        "signature with a zero byte after it",
        token(sign=lambda key, message: ps256(key, message) + b"\0"),
        "without the byte after it (00)",
    )
    twice = token(sign=lambda key, message: ps256(key, message) * 2)
    bad("signature twice", twice, "without the 384 bytes before it")
    bad("signature in little-endian", token(sign=lambda key, message: ps256(key, message)[::-1]))
    bad(
        "signature in hexadecimal",
        token(sign=lambda key, message: ps256(key, message).hex().encode()),
        "decoded and then read as hexadecimal",
    )
    bad(
        "message hashed twice",
        token(
            sign=lambda key, message: KEYS[key].sign(
                hashlib.sha256(message.encode()).digest(),
                padding.PSS(padding.MGF1(hashes.SHA256()), 32),
                hashes.SHA256(),
            )
        ),
    )

    other = "the key of version 1 made it over another header or payload"
    head, _, signature = token().split(".")
    forged = b64(as_bytes(claims(productCode=PRODUCT, extra="forged")))
    bad("payload exchanged", f"{head}.{forged}.{signature}", other)
    good = token(claims(nonce="another"))
    bad(
        "header exchanged",
        f"{b64(as_bytes({'alg': 'PS256'}))}.{token().split('.', 1)[1]}",
        'the header was changed: it fits {"alg":"PS256","typ":"JWT"}',
    )
    head, _, signature = good.split(".")
    bad("signature of another registration", f"{head}.{b64(as_bytes(claims()))}.{signature}", other)
    bad(
        "payload signed alone",
        token(sign=lambda key, message: ps256(key, message.split(".")[1])),
        "it fits over the payload's segment alone",
    )
    bad(
        "decoded payload signed",
        token(sign=lambda key, message: ps256(key, json.dumps(claims(), separators=(",", ":")))),
        "it fits over the decoded payload alone",
    )
