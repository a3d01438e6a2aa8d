import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { isNewer } from '../../lambdas/groups/group.ts';
import { batches } from '../../lambdas/platform/bus/bus.ts';
import { allOf, anyOf, Placeholders, path, when } from '../../lambdas/platform/dynamodb/expression.ts';
import { updateRequest } from '../../lambdas/platform/dynamodb/requests.ts';
import { parseMessage } from '../../lambdas/protocol/codec.ts';
import {
  commandRequest,
  connectResponse,
  idText,
  notificationResponse,
} from '../../lambdas/protocol/messages.ts';
import { anyText } from '../support/any-text.ts';
import { applyUpdate, holds } from '../support/expressions.ts';

const text = anyText(12);
/** With reserved words, and names with each special character of expressions. */
const attribute = fc.constantFrom('state', 'session', 'token', 'AND', 'a b', '#n0', ':v0', '(', 'ü', 'size');

describe('expressions', () => {
  type Tree =
    | { readonly operator: 'AND' | 'OR'; readonly parts: readonly Tree[] }
    | { readonly name: string; readonly value: number };
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ name: attribute, value: fc.nat(2) }),
      fc.record({
        operator: fc.constantFrom('AND', 'OR'),
        parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
    ),
  }));
  const expressionOf = (one: Tree): ReturnType<typeof when> =>
    'operator' in one
      ? (one.operator === 'AND' ? allOf : anyOf)(...one.parts.map(expressionOf))
      : when`${path(one.name)} = ${one.value}`;
  const truthOf = (one: Tree, item: Record<string, number>): boolean =>
    'operator' in one
      ? one.parts[one.operator === 'AND' ? 'every' : 'some']((part) => truthOf(part, item))
      : item[one.name] === one.value;

  it('combined conditions have the meaning of their parts', () => {
    fc.assert(
      fc.property(tree, fc.dictionary(attribute, fc.nat(2)), (one, item) => {
        const placeholders = new Placeholders();
        const rendered = placeholders.render(expressionOf(one));
        const { names } = placeholders;
        expect(holds(rendered, item, { names, values: unmarshall(placeholders.values) })).toBe(
          truthOf(one, item),
        );
      }),
    );
  });

  it('contain neither names nor values', () => {
    fc.assert(
      fc.property(attribute, text, (name, value) => {
        const placeholders = new Placeholders();
        expect(placeholders.render(when`${path(name)} = ${value}`)).toBe('#n0 = :v0');
        expect(placeholders.attributes()).toEqual({
          ExpressionAttributeNames: { '#n0': name },
          ExpressionAttributeValues: { ':v0': { S: value } },
        });
      }),
    );
  });

  it('of an update apply its change', () => {
    const change = fc.record({
      set: fc.dictionary(attribute, fc.oneof(text, fc.constant(undefined))),
      remove: fc.uniqueArray(attribute),
    });
    fc.assert(
      fc.property(change, fc.dictionary(attribute, text), ({ set, remove }, item) => {
        const removed: string[] = remove.filter((name) => !(name in set));
        const {
          UpdateExpression,
          ExpressionAttributeNames: names = {},
          ExpressionAttributeValues: values = {},
        } = updateRequest('T', { id: 'a' }, { set, remove: removed });
        const given = Object.entries(set).filter(([, value]) => value !== undefined);
        fc.pre(given.length + removed.length > 0);
        const kept = Object.entries(item).filter(([name]) => !removed.includes(name));
        expect(
          applyUpdate(UpdateExpression ?? '', { ...item }, { names, values: unmarshall(values) }),
        ).toEqual(Object.fromEntries([...kept, ...given]));
      }),
    );
  });
});

it('bus: batches contain all entries in their order, within the limits of PutEvents', () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(120_000)), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (all) => {
      const entries = all.map((size, index) => ({
        Source: 'nbwss',
        EventBusName: 'bus',
        DetailType: `T${index}`,
        Detail: 'x'.repeat(size),
      }));
      const cut = batches(entries);
      expect(cut.flat()).toEqual(entries);
      for (const batch of cut) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(10);
        const bytes = batch.reduce(
          (sum, { Detail, DetailType }) => sum + Detail.length + DetailType.length + 5,
          0,
        );
        expect(bytes).toBeLessThan(256 * 1024);
      }
    }),
  );
});

describe('I-5 isNewer', () => {
  const connection = fc.record({ connectedAt: fc.nat(2), connectionId: fc.constantFrom('a', 'b', 'c') });
  it('is a total order: of two different connections exactly one is newer', () => {
    fc.assert(
      fc.property(connection, connection, (a, b) => {
        const same = a.connectedAt === b.connectedAt && a.connectionId === b.connectionId;
        expect([isNewer(a, b), isNewer(b, a)].filter(Boolean)).toHaveLength(same ? 0 : 1);
      }),
    );
  });
  it('is transitive', () => {
    fc.assert(
      fc.property(connection, connection, connection, (a, b, c) => {
        fc.pre(isNewer(a, b) && isNewer(b, c));
        expect(isNewer(a, c)).toBe(true);
      }),
    );
  });
});

describe('I-1 ENV-2 sent messages', () => {
  const now = fc.nat(4_102_444_800_000);
  const wellFormed = (written: string, id: string, nowMs: number) => {
    const parsed = parseMessage(written);
    expect(parsed).toMatchObject({
      ok: true,
      message: { version: '1.0', id, timeStamp: Math.floor(nowMs / 1000) },
    });
  };
  it('are valid, with the id unchanged, for any id', () => {
    fc.assert(
      fc.property(text, now, fc.boolean(), (id, nowMs, valid) => {
        wellFormed(connectResponse(idText(id), valid, nowMs), id, nowMs);
        wellFormed(notificationResponse(idText(id), nowMs), id, nowMs);
      }),
    );
  });
  it('contain a call unchanged', () => {
    const call = fc.record({ method: text, uri: text, headers: fc.dictionary(text, text), parameters: text });
    fc.assert(
      fc.property(text, call, now, (id, sent, nowMs) => {
        const written = commandRequest(id, sent, nowMs);
        wellFormed(written, id, nowMs);
        expect((JSON.parse(written) as { payload: unknown }).payload).toEqual(sent);
      }),
    );
  });
});

it('parseMessage never throws, and accepts only messages that can be routed', () => {
  const anything = fc.oneof(
    text,
    fc.json({ maxDepth: 3 }),
    fc.jsonValue().map((value) => JSON.stringify({ id: 'a', type: value })),
  );
  fc.assert(
    fc.property(anything, (given) => {
      const parsed = parseMessage(given);
      if (!parsed.ok) return expect(parsed.reason).toMatch(/^not-/);
      for (const name of ['type', 'subType'] as const) expect(typeof parsed.message[name]).toBe('string');
    }),
  );
});
