/** Which rows of a list are selected. */
import {
  extentOf,
  MAX_SELECTED,
  readSelected,
  withRows,
  writeSelected,
} from '../../../console/src/components/selected.ts';

interface Row {
  readonly id: string;
  readonly note?: string;
}
const keyOf = ({ id }: Row): string => id;
const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id }));

describe('a selection', () => {
  it('adds rows once, the latest version of each, behind the others', () => {
    expect(withRows(rows('a', 'b'), [{ id: 'a', note: 'new' }, { id: 'c' }], true, keyOf)).toEqual([
      { id: 'b' },
      { id: 'a', note: 'new' },
      { id: 'c' },
    ]);
  });

  it('takes away only the rows that are named', () => {
    expect(withRows(rows('a', 'b', 'c'), rows('c', 'x', 'a'), false, keyOf)).toEqual(rows('b'));
  });

  it('does not grow beyond its limit, and keeps what was selected first', () => {
    const many = Array.from({ length: MAX_SELECTED + 5 }, (_, index) => ({ id: `n${index}` }));
    const selected = withRows(rows('first'), many, true, keyOf);
    expect(selected).toHaveLength(MAX_SELECTED);
    expect(selected[0]).toEqual({ id: 'first' });
  });

  it('knows whether none, some or all of the rows in a list are in it', () => {
    const has = ({ id }: Row): boolean => id !== 'b';
    expect(extentOf([], has)).toBe('none');
    expect(extentOf(rows('b'), has)).toBe('none');
    expect(extentOf(rows('a', 'b'), has)).toBe('some');
    expect(extentOf(rows('a', 'c'), has)).toBe('all');
  });

  it('is read again by the person who made it, and by nobody else', () => {
    const text = writeSelected('ann', rows('a'));
    expect(readSelected(text, 'ann')).toEqual(rows('a'));
    expect(readSelected(text, 'bob')).toEqual([]);
  });

  it.each([null, '', 'null', '{', '[]', '{"owner":"ann"}', '{"owner":"ann","rows":1}'])(
    'is empty when what is stored is %j',
    (text) => expect(readSelected(text, 'ann')).toEqual([]),
  );
});
