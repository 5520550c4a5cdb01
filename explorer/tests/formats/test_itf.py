"""The reader of the Informal Trace Format by one of Apalache's authors reads every trace."""

import json
import os
import subprocess
import unittest
from pathlib import Path

from itf_py import trace_from_json, trace_to_json

HERE = Path(__file__).parent
BINARY = os.environ.get("TIM3", HERE / "../../../target/debug/tim3")
RECORDED = sorted((HERE / "../../../counterexamples").glob("*/*.json"))


def written(file):
    """A counterexample in the format."""
    return json.loads(subprocess.check_output([BINARY, "replay", file, "--itf", "-"]))


def sorted_sets(value):
    """The same with the elements of sets in one order."""
    if isinstance(value, list):
        return [sorted_sets(one) for one in value]
    if isinstance(value, dict):
        value = {name: sorted_sets(one) for name, one in value.items()}
        if "#set" in value:
            value["#set"].sort(key=json.dumps)
    return value


class Itf(unittest.TestCase):
    """What `--itf` writes."""

    def test_every_trace_is_the_same_when_it_is_read_and_written_again(self):
        self.assertGreater(len(RECORDED), 100)
        for file in RECORDED:
            with self.subTest(file=file):
                data = written(file)
                again = trace_to_json(trace_from_json(data))
                self.assertIsNone(again.pop("loop"))
                self.assertEqual(sorted_sets(again), sorted_sets(data))

    def test_a_double_mint_is_read_as_numbers_sets_and_records(self):
        file = HERE / "../../../counterexamples/seed-tags/no-double-mint.json"
        states = trace_from_json(written(file)).states
        self.assertEqual(states[3].values["usda"]["TIM3"], 10)
        self.assertEqual(states[3].values["balances"]["alice"].amount, 20)
        self.assertEqual(states[3].values["faults"]["re-push"], 1)
        (notice,) = states[1].values["in_flight"]
        self.assertEqual((notice.sent_by, notice.sent_to), ("USDA", "TIM3"))


if __name__ == "__main__":
    unittest.main()
