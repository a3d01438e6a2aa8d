import { path, when } from '../../../../lambdas/platform/dynamodb/expression.ts';
import {
  checkRequest,
  marshallItem,
  putRequest,
  transactCheck,
  transactPut,
  transactUpdate,
  updateRequest,
} from '../../../../lambdas/platform/dynamodb/requests.ts';

describe('putRequest', () => {
  it('omits undefined values at any depth', () => {
    expect(putRequest('T', { id: 'a', gone: undefined, deep: { gone: undefined, list: [] } })).toEqual({
      TableName: 'T',
      Item: { id: { S: 'a' }, deep: { M: { list: { L: [] } } } },
    });
  });

  it('contains a condition with its names and values', () => {
    expect(putRequest('T', { id: 'a' }, when`${path('version')} = ${3}`)).toMatchObject({
      ConditionExpression: '#n0 = :v0',
      ExpressionAttributeNames: { '#n0': 'version' },
      ExpressionAttributeValues: { ':v0': { N: '3' } },
    });
  });
});

describe('updateRequest', () => {
  it('sets, removes and adds in one expression that shares names with the condition', () => {
    const change = {
      set: { state: 'sent', 'session.ready': true, left: undefined },
      remove: ['reason', 'state2'],
      add: { revision: 1 },
    };
    expect(updateRequest('T', { id: 'a' }, change, when`${path('state')} = ${'queued'}`)).toEqual({
      TableName: 'T',
      Key: { id: { S: 'a' } },
      UpdateExpression: 'SET #n0 = :v0, #n1.#n2 = :v1 REMOVE #n3, #n4 ADD #n5 :v2',
      ConditionExpression: '#n0 = :v3',
      ExpressionAttributeNames: {
        '#n0': 'state',
        '#n1': 'session',
        '#n2': 'ready',
        '#n3': 'reason',
        '#n4': 'state2',
        '#n5': 'revision',
      },
      ExpressionAttributeValues: {
        ':v0': { S: 'sent' },
        ':v1': { BOOL: true },
        ':v2': { N: '1' },
        ':v3': { S: 'queued' },
      },
    });
  });

  it('adds and removes elements of sets', () => {
    const one = new Set(['x']);
    expect(
      updateRequest('T', { id: 'a' }, { add: { all: one }, take: { all: one, some: one } }),
    ).toMatchObject({
      UpdateExpression: 'ADD #n0 :v0 DELETE #n0 :v1, #n1 :v2',
      ExpressionAttributeNames: { '#n0': 'all', '#n1': 'some' },
      ExpressionAttributeValues: { ':v0': { SS: ['x'] }, ':v1': { SS: ['x'] }, ':v2': { SS: ['x'] } },
    });
  });

  it.each([
    [{ remove: ['a'] }, 'REMOVE #n0'],
    [{ add: { a: -1 } }, 'ADD #n0 :v0'],
    [{ set: { a: null } }, 'SET #n0 = :v0'],
    [{ set: { a: undefined }, remove: ['b'] }, 'REMOVE #n0'],
  ])('has no empty clause: %j', (change, expression) => {
    expect(updateRequest('T', { id: 'a' }, change).UpdateExpression).toBe(expression);
  });
});

it('a check has a key and a condition', () => {
  expect(checkRequest('T', { id: 'a' }, when`attribute_exists(${path('id')})`)).toEqual({
    TableName: 'T',
    Key: { id: { S: 'a' } },
    ConditionExpression: 'attribute_exists(#n0)',
    ExpressionAttributeNames: { '#n0': 'id' },
  });
});

it('the steps of a transaction contain the same requests', () => {
  const condition = when`attribute_exists(${path('id')})`;
  expect(transactPut('T', { id: 'a' }, condition)).toEqual({ Put: putRequest('T', { id: 'a' }, condition) });
  expect(transactUpdate('T', { id: 'a' }, { set: { b: 1 } })).toEqual({
    Update: updateRequest('T', { id: 'a' }, { set: { b: 1 } }),
  });
  expect(transactCheck('T', { id: 'a' }, condition)).toEqual({
    ConditionCheck: checkRequest('T', { id: 'a' }, condition),
  });
});

it('rejects a number that would be rounded', () => {
  expect(() => marshallItem({ jobId: 2 ** 53 })).toThrow('MAX_SAFE_INTEGER');
});
