"""EMSA-PSS with every part open to change, and the raw private operation (RFC 8017).

What the library can sign, the library signs. This file is for encodings that no library makes.
"""

import hashlib


def mgf1(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-256, section B.2.1."""
    blocks = range((length + 31) // 32)
    mask = b"".join(hashlib.sha256(seed + n.to_bytes(4, "big")).digest() for n in blocks)
    return mask[:length]


def encode(
    message: bytes,
    bits: int,
    salt: bytes,
    *,
    marker: int = 0x01,
    trailer: int = 0xBC,
    padding: bytes = b"",
    top_bit: bool = False,
) -> bytes:
    """EMSA-PSS-ENCODE, section 9.1.1, for a modulus of so many bits, with one part wrong on wish."""
    em_bits = bits - 1
    em_len = (em_bits + 7) // 8
    digest = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
    zeros = em_len - len(salt) - 32 - 2
    block = bytearray(bytes(zeros) + bytes([marker]) + salt)
    block[zeros - len(padding) : zeros] = padding
    masked = bytearray(a ^ b for a, b in zip(block, mgf1(digest, len(block))))
    unused = 8 * em_len - em_bits
    masked[0] &= 0xFF >> unused
    if top_bit:
        masked[0] |= 0x80
    return bytes(masked) + digest + bytes([trailer])


def private_operation(key, encoded: bytes) -> bytes:
    """RSASP1, section 5.2.1, on an encoded message below the modulus."""
    private = key.private_numbers()
    n = private.public_numbers.n
    representative = int.from_bytes(encoded, "big")
    if representative >= n:
        raise ValueError("not below the modulus")
    length = (n.bit_length() + 7) // 8
    return pow(representative, private.d, n).to_bytes(length, "big")
