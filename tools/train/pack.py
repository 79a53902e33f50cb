# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Put what the student learned, its calibration and its card into a file of engage-model(5)."""

import hashlib
import struct

import data

MAGIC = b"\x89ENG\r\n\x1a\n"
TOKENIZER, FEATURES, UNICODE, LABELS = 1, 3, 0x0F0000, 1
COLUMNS, HEADS, BUCKET = 28, 3 + len(data.INTENTS), 64
DENSE = 4 * (COLUMNS + HEADS + 2 * HEADS * COLUMNS)
META_SECTION, LABELS_SECTION, TABLE_SECTION, DENSE_SECTION, CALIBRATE_SECTION, SELFTEST_SECTION = (
    range(1, 7))
VOCABULARY_SECTION, VOCABULARY_BUCKET, SIGNALS_SECTION = 7, 64, 8
SIGNALS_NUMBERS = 2 * (1 + 2 * COLUMNS)
BASE_SECTION, NAMES_SECTION, ROWS_SECTION, ENCODER_SECTION = range(16, 20)


def _crc_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)
    return table


_CRC = _crc_table()


def crc32c(raw, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in raw:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def pack(learned, vocabulary, calibration, card, selftest=(), signals=(0,) * SIGNALS_NUMBERS):
    """The bytes of a model file.

    learned: what student.c wrote; vocabulary: what vocabulary.c wrote; calibration: (scales,
    offsets, thresholds) of all heads, in 1/65536 and millionths; signals: what signals.py
    fitted; card: a dict of strings; selftest: (text, logits in 1/65536) pairs.
    """
    dense, table = learned[:DENSE], learned[DENSE:]
    if len(table) % BUCKET:
        raise ValueError("the table has no whole buckets")
    names = ("negative", "neutral", "positive") + data.INTENTS
    return container((
        (META_SECTION, 1, card_bytes(card)),
        (LABELS_SECTION, 1, "".join(n + "\n" for n in names).encode()),
        (TABLE_SECTION, BUCKET, table),
        (DENSE_SECTION, 4, dense),
        (CALIBRATE_SECTION, 4, _calibration(calibration)),
        (SELFTEST_SECTION, 1, selftest_bytes(selftest)),
        (VOCABULARY_SECTION, VOCABULARY_BUCKET, vocabulary),
        (SIGNALS_SECTION, 4, struct.pack("<%di" % SIGNALS_NUMBERS, *signals)),
    ))


def pack_careful(base, encoder, calibration, card, selftest=()):
    """The bytes of a model that stands on the one of the bytes base, and adds an encoder's
    sections."""
    return container((
        (META_SECTION, 1, card_bytes(card)),
        (CALIBRATE_SECTION, 4, _calibration(calibration)),
        (SELFTEST_SECTION, 1, selftest_bytes(selftest)),
        (BASE_SECTION, 1, base[48:112]),
        (NAMES_SECTION, 4, encoder[NAMES_SECTION]),
        (ROWS_SECTION, 1, encoder[ROWS_SECTION]),
        (ENCODER_SECTION, 4, encoder[ENCODER_SECTION]),
    ))


def card_bytes(card):
    return "".join("%s\t%s\n" % (k, v) for k, v in sorted(card.items())).encode()


def _calibration(calibration):
    return struct.pack("<%di" % (3 * HEADS), *(int(n) for part in calibration for n in part))


def selftest_bytes(selftest):
    tests = b""
    for text, logits in selftest:
        raw = text.encode()
        tests += struct.pack("<I", len(raw)) + raw + struct.pack("<%dq" % HEADS, *logits)
    return tests


def container(sections):
    """A file of sections: (kind, size of an element, bytes) of each."""
    end = 128 + 32 * len(sections)
    entries, body = b"", b""
    for kind, element, raw in sections:
        padding = -end % 64
        body += b"\0" * padding + raw
        entries += struct.pack("<IIQQII", kind, 1, end + padding, len(raw), element, crc32c(raw))
        end += padding + len(raw)
    digest = hashlib.sha256(entries + body).hexdigest().encode()
    head = MAGIC + struct.pack("<HHIIIQIIII", 1, 0, 128, len(sections), 0, end, TOKENIZER,
                               FEATURES, UNICODE, LABELS) + digest
    head = head.ljust(120, b"\0")
    crc = crc32c(head + b"\0" * 8 + entries)
    return head + struct.pack("<II", crc, 0) + entries + body


def calibration_of(raw):
    """The calibration of a model file, as pack() takes it."""
    flat = struct.unpack("<%di" % (3 * HEADS), section(raw, CALIBRATE_SECTION))
    return flat[:HEADS], flat[HEADS:2 * HEADS], flat[2 * HEADS:]


def section(raw, kind):
    """The bytes of a section of a model file."""
    for i in range(struct.unpack_from("<I", raw, 16)[0]):
        found, _, at, size = struct.unpack_from("<IIQQ", raw, 128 + 32 * i)
        if found == kind:
            return raw[at:at + size]
    raise ValueError("no such section")
