/**
 * Errors that an emulator may well have, each as one replacement in its source, and the suites that must notice it.
 * `node test/integration/local/deliberate-errors/run.mjs [number …]` shows that it
 * still holds after the local cloud or its tests have changed.
 */
export const errors = [
  {
    name: 'policy conditions are ignored',
    file: 'local/front-door/iam.ts',
    from: 'if (!conditionsHold(statement.Condition, context)) continue;',
    to: '',
    suites: ['local/iam'],
  },
  {
    name: 'an explicit deny does not win',
    file: 'local/front-door/iam.ts',
    from: "if (statement.Effect === 'Deny') return 'deny';",
    to: "if (statement.Effect === 'Deny') continue;",
    suites: ['local/iam'],
  },
  {
    name: 'anybody may invoke a function',
    file: 'local/front-door/iam.ts',
    from: "access, context) === 'allow'",
    to: "access, context) !== 'deny'",
    suites: ['local/iam', 'local/events'],
  },
  {
    name: 'an empty index key is stored',
    file: 'local/dynamodb/rules.ts',
    from: "if (content === '')",
    to: "if (content === 'never')",
    suites: ['local/dynamodb'],
  },
  {
    name: 'a transaction commits although a condition failed',
    file: 'local/dynamodb/service.ts',
    from: 'if (error) throw',
    to: 'if (error && !transaction) throw',
    suites: ['local/transactions'],
  },
  {
    name: 'a failed condition costs nothing',
    file: 'local/dynamodb/service.ts',
    from: 'changes.flatMap(writeUnits)',
    to: '(error ? [] : changes).flatMap(writeUnits)',
    suites: ['local/capacity'],
  },
  {
    name: 'a changed index key costs one write',
    file: 'local/dynamodb/capacity.ts',
    from: 'moved ? kilobytes(before) + kilobytes(after)',
    to: 'moved ? kilobytes(before, after)',
    suites: ['local/capacity'],
  },
  {
    name: 'a put that changes nothing leaves a stream record',
    file: 'local/streams/log.ts',
    from: '&& !isDeepStrictEqual(change.old, change.new)',
    to: '',
    suites: ['local/streams'],
  },
  {
    name: 'a partial batch failure repeats the whole batch',
    file: 'local/streams/mapping.ts',
    from: 'Math.max(0, Math.min(...positions))',
    to: '0',
    suites: ['local/streams'],
  },
  {
    name: 'retries never end',
    file: 'local/streams/mapping.ts',
    from: 'limit >= 0 && attempts >= limit',
    to: 'limit >= 0 && attempts >= limit + 3',
    suites: ['local/streams'],
  },
  {
    name: 'what a crash left undelivered is forgotten',
    file: 'local/streams/log.ts',
    from: 'for (const [, record] of left) mapping.add(record);',
    to: '',
    suites: ['local/persistence'],
  },
  {
    name: 'any encryption context decrypts',
    file: 'local/kms.ts',
    from: 'Object.entries(context ?? {})',
    to: 'Object.entries({})',
    suites: ['local/kms'],
  },
  {
    name: 'PutEvents hides failed entries',
    file: 'local/events/bus.ts',
    from: "results.filter((result) => 'ErrorCode' in result).length",
    to: '0',
    suites: ['local/events'],
  },
  {
    name: 'a fault after a call comes before it',
    file: 'local/front-door/server.ts',
    from: "await faults.at('before', point)",
    to: "(await faults.at('before', point)) || (await faults.at('after', point))",
    suites: ['local/faults'],
  },
  {
    name: 'an unknown property is let through',
    file: 'local/assembly/catalogue.ts',
    from: 'if (unknown) throw',
    to: 'if (unknown && !unknown) throw',
    suites: ['local/assembly'],
  },
  {
    name: 'a one-way route answers a non-2xx',
    file: 'local/websocket/gateway.ts',
    from: 'if (!route.twoWay) return undefined;',
    to: '',
    suites: ['local-gateway'],
  },
];
