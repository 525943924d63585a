"""The keys of one run: made afresh, their private halves forgotten."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def new_key(bits):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def small_modulus_key():
    """2048 bits, with room above the modulus for s + n."""
    while True:
        key = new_key(2048)
        if key.public_key().public_numbers().n >> 2040 < 0xC0:
            return key


KEYS = {
    "rsa2048": small_modulus_key(),
    "rsa2049": new_key(2049),
    "rsa3072": new_key(3072),
    "rsa3072-second": new_key(3072),
    "rsa3072-attacker": new_key(3072),
    "rsa4096": new_key(4096),
}


def public_pem(name):
    return (
        KEYS[name]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
