import {
  allOf,
  anyOf,
  oneOf,
  Placeholders,
  path,
  when,
} from '../../../../lambdas/platform/dynamodb/expression.ts';

const rendered = (expression: ReturnType<typeof when>) => {
  const placeholders = new Placeholders();
  return { text: placeholders.render(expression), ...placeholders.attributes() };
};

describe('when', () => {
  it('replaces names and values with placeholders', () => {
    expect(rendered(when`${path('state')} = ${'queued'}`)).toEqual({
      text: '#n0 = :v0',
      ExpressionAttributeNames: { '#n0': 'state' },
      ExpressionAttributeValues: { ':v0': { S: 'queued' } },
    });
  });

  it('has no reserved name in its text', () => {
    const { text } = rendered(
      when`${path('session.token')} <> ${'token'} AND attribute_exists(${path('state')})`,
    );
    expect(text).toBe('#n0.#n1 <> :v0 AND attribute_exists(#n2)');
  });

  it('uses one placeholder for a repeated name, and one for each value', () => {
    expect(rendered(when`${path('a')} > ${1} AND ${path('a')} < ${1} AND ${path('b.a')} = ${1}`)).toEqual({
      text: '#n0 > :v0 AND #n0 < :v1 AND #n1.#n0 = :v2',
      ExpressionAttributeNames: { '#n0': 'a', '#n1': 'b' },
      ExpressionAttributeValues: { ':v0': { N: '1' }, ':v1': { N: '1' }, ':v2': { N: '1' } },
    });
  });

  it('does not interpret values', () => {
    expect(rendered(when`${path('a')} = ${'a OR attribute_exists(b)'}`)).toMatchObject({
      text: '#n0 = :v0',
      ExpressionAttributeValues: { ':v0': { S: 'a OR attribute_exists(b)' } },
    });
  });

  it('has no empty maps, which DynamoDB rejects', () => {
    expect(rendered(when`attribute_exists(${path('a')})`)).not.toHaveProperty('ExpressionAttributeValues');
    expect(new Placeholders().attributes()).toEqual({});
  });

  it('rejects an undefined value, which would change the meaning of the condition', () => {
    expect(() => rendered(when`${path('a')} = ${undefined}`)).toThrow();
  });

  it.each([Number.MAX_SAFE_INTEGER + 1, 1e300])('rejects the number %d, which would be rounded', (value) => {
    expect(() => rendered(when`${path('a')} = ${value}`)).toThrow('MAX_SAFE_INTEGER');
  });
});

describe('allOf and anyOf', () => {
  const conditions = ['x', 'y', 'z'].map((value) => when`${path('a')} = ${value}`);

  it('adds parentheses inside another expression', () => {
    const either = anyOf(...conditions.slice(0, 2));
    expect(rendered(when`${path('b')} = ${1} AND ${either}`).text).toBe(
      '#n0 = :v0 AND ((#n1 = :v1) OR (#n1 = :v2))',
    );
  });

  it('adds parentheses around a condition with another operator', () => {
    const both = when`${path('a')} = ${1} AND ${path('b')} = ${2}`;
    expect(rendered(anyOf(both, ...conditions.slice(0, 1))).text).toBe(
      '(#n0 = :v0 AND #n1 = :v1) OR (#n0 = :v2)',
    );
  });

  it('combines any number of conditions', () => {
    expect(rendered(allOf(...conditions)).text).toBe('(#n0 = :v0) AND (#n0 = :v1) AND (#n0 = :v2)');
  });

  it('adds no redundant parentheses, which DynamoDB rejects', () => {
    const one = anyOf(...conditions.slice(0, 1));
    expect(rendered(one).text).toBe('#n0 = :v0');
    expect(rendered(when`${one} AND ${allOf(one)}`).text).toBe('(#n0 = :v0) AND (#n0 = :v1)');
  });

  it('rejects an empty list', () => {
    expect(() => rendered(anyOf())).toThrow();
  });
});

describe('oneOf', () => {
  it('lists the values', () => {
    const expression = when`${path('b')} > ${0} AND ${oneOf(path('a'), ['x', 'y'])}`;
    expect(rendered(expression).text).toBe('#n0 > :v0 AND #n1 IN (:v1, :v2)');
    expect(rendered(oneOf(path('a'), ['x'])).text).toBe('#n0 IN (:v0)');
  });
});
