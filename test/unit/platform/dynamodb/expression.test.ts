import { joined, oneOf, Placeholders, path, when } from '../../../../lambdas/platform/dynamodb/expression.ts';

const rendered = (expression: ReturnType<typeof when>) => {
  const placeholders = new Placeholders();
  return { text: placeholders.render(expression), ...placeholders.attributes() };
};

describe('when', () => {
  it('puts a name and a value in place of each', () => {
    expect(rendered(when`${path('state')} = ${'queued'}`)).toEqual({
      text: '#n0 = :v0',
      ExpressionAttributeNames: { '#n0': 'state' },
      ExpressionAttributeValues: { ':v0': { S: 'queued' } },
    });
  });

  it('never lets a reserved word stand in the text', () => {
    const { text } = rendered(
      when`${path('session.token')} <> ${'token'} AND attribute_exists(${path('state')})`,
    );
    expect(text).toBe('#n0.#n1 <> :v0 AND attribute_exists(#n2)');
  });

  it('names an attribute once, however often it stands there, and a value each time', () => {
    expect(rendered(when`${path('a')} > ${1} AND ${path('a')} < ${1} AND ${path('b.a')} = ${1}`)).toEqual({
      text: '#n0 > :v0 AND #n0 < :v1 AND #n1.#n0 = :v2',
      ExpressionAttributeNames: { '#n0': 'a', '#n1': 'b' },
      ExpressionAttributeValues: { ':v0': { N: '1' }, ':v1': { N: '1' }, ':v2': { N: '1' } },
    });
  });

  it('tells a text that looks like a path, or like an expression, from one', () => {
    expect(rendered(when`${path('a')} = ${'a OR attribute_exists(b)'}`)).toMatchObject({
      text: '#n0 = :v0',
      ExpressionAttributeValues: { ':v0': { S: 'a OR attribute_exists(b)' } },
    });
  });

  it('has no maps when there is nothing in them: DynamoDB refuses empty ones', () => {
    expect(rendered(when`attribute_exists(${path('a')})`)).not.toHaveProperty('ExpressionAttributeValues');
    expect(new Placeholders().attributes()).toEqual({});
  });

  it('refuses an undefined value: the condition would mean something else without it', () => {
    expect(() => rendered(when`${path('a')} = ${undefined}`)).toThrow();
  });

  it.each([Number.MAX_SAFE_INTEGER + 1, 1e300])('refuses the number %d, which would be rounded', (value) => {
    expect(() => rendered(when`${path('a')} = ${value}`)).toThrow('MAX_SAFE_INTEGER');
  });
});

describe('joined', () => {
  const pieces = ['x', 'y', 'z'].map((value) => when`${path('a')} = ${value}`);

  it('keeps together what belongs together', () => {
    const either = joined('OR', pieces.slice(0, 2));
    expect(rendered(when`${path('b')} = ${1} AND ${either}`).text).toBe(
      '#n0 = :v0 AND ((#n1 = :v1) OR (#n1 = :v2))',
    );
  });

  it('keeps a piece together that holds the other word', () => {
    const both = when`${path('a')} = ${1} AND ${path('b')} = ${2}`;
    expect(rendered(joined('OR', [both, ...pieces.slice(0, 1)])).text).toBe(
      '(#n0 = :v0 AND #n1 = :v1) OR (#n0 = :v2)',
    );
  });

  it('joins any number', () => {
    expect(rendered(joined('AND', pieces)).text).toBe('(#n0 = :v0) AND (#n0 = :v1) AND (#n0 = :v2)');
  });

  it('puts one piece into one pair of parentheses, inside another: DynamoDB refuses redundant ones', () => {
    const one = joined('OR', pieces.slice(0, 1));
    expect(rendered(one).text).toBe('#n0 = :v0');
    expect(rendered(when`${one} AND ${joined('AND', [one])}`).text).toBe('(#n0 = :v0) AND (#n0 = :v1)');
  });

  it('refuses to join nothing', () => {
    expect(() => rendered(joined('OR', []))).toThrow();
  });
});

describe('oneOf', () => {
  it('lists the values', () => {
    const expression = when`${path('b')} > ${0} AND ${oneOf(path('a'), ['x', 'y'])}`;
    expect(rendered(expression).text).toBe('#n0 > :v0 AND #n1 IN (:v1, :v2)');
    expect(rendered(oneOf(path('a'), ['x'])).text).toBe('#n0 IN (:v0)');
  });
});
