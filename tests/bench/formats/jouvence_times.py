"""Reads a Fountain file with jouvence and prints in nanoseconds how long each round took."""

import json
import sys
import time

from jouvence.parser import JouvenceParser

file, rounds = sys.argv[1], int(sys.argv[2])
with open(file, encoding="utf-8") as script:
    text = script.read()
times = []
for _ in range(rounds):
    start = time.perf_counter_ns()
    document = JouvenceParser().parseString(text)
    times.append(time.perf_counter_ns() - start)
print(json.dumps({"jouvence": times}))
