"""Writes what each task gave, one JSON object a line, to the file that TWINS_RESULTS names."""
import json
import os

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
    name: twins
    type: stdout
    short_description: results as JSON lines
    description: [results as JSON lines]
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'twins'

    def __init__(self):
        super().__init__()
        self.file = open(os.environ['TWINS_RESULTS'], 'w', encoding='utf-8')

    def _write(self, result, status, item=False):
        record = {
            'task': result._task.get_name().strip(),
            'status': status,
            'item': item,
            'result': result._result,
        }
        self.file.write(json.dumps(record, cls=AnsibleJSONEncoder, preprocess_unsafe=False) + '\n')
        self.file.flush()

    def _ok(self, result, item=False):
        self._write(result, 'changed' if result._result.get('changed') else 'ok', item)

    def v2_runner_on_ok(self, result):
        self._ok(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, 'failed')

    def v2_runner_on_skipped(self, result):
        self._write(result, 'skipped')

    def v2_runner_on_unreachable(self, result):
        self._write(result, 'unreachable')

    def v2_runner_item_on_ok(self, result):
        self._ok(result, True)

    def v2_runner_item_on_failed(self, result):
        self._write(result, 'failed', True)

    def v2_runner_item_on_skipped(self, result):
        self._write(result, 'skipped', True)
