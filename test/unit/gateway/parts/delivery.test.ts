import { BACKGROUND_MS } from '../../../../gateway/parts/delivery.ts';
import { ATTEMPTS } from '../../../../gateway/parts/retries.ts';
import { splitNotification } from '../../../../gateway/parts/split.ts';
import { imagesText, jobsText } from '../../../support/large-notifications.ts';
import { JOBS, message, PING, REFUSED, rig, stored } from './delivery-rig.ts';

describe('a large NOTIFICATION', () => {
  it('is acknowledged with its own id when all parts are stored', async () => {
    const { send, answer, answers, calls } = rig();
    await send(message('"4B\\u0031C"'));
    expect(calls).toHaveLength(1);
    await answer();
    expect(calls).toHaveLength(2);
    await answer(stored(), 1);
    expect(answers).toEqual([]);
    await answer();
    expect(answers).toEqual([stored('"4B\\u0031C"')]);
  });

  it('keeps as many parts under way as it may, after the first one is stored', async () => {
    const { send, answer, calls } = rig(4);
    await send(message('"A"', 1, jobsText(5_000)));
    expect(calls).toHaveLength(1);
    await answer();
    expect(calls).toHaveLength(4);
    await answer(stored(), 1);
    expect(calls).toHaveLength(4);
  });

  it('gets no answer after 2 s, is stored in the background, and acknowledged when it is sent again', async () => {
    const { send, answer, answers, passed, sent, calls } = rig();
    await send();
    await answer();
    await passed(2_000);
    expect(answers).toEqual([undefined]);
    await answer();
    expect(answers).toEqual([undefined]);
    expect(sent).toHaveLength(3);
    await send(message('17', 1_700_000_005));
    expect(answers).toEqual([undefined, stored('17')]);
    expect(sent).toHaveLength(3);
    expect(calls).toEqual([]);
  });

  it('that is sent again while it is stored is joined: no part is sent twice, and the latest id is acknowledged', async () => {
    const { send, answer, answers, passed, sent } = rig();
    await send(message('"first"'));
    await answer();
    await passed(2_000);
    await send(message('"second"', 1_700_000_005));
    expect(sent).toHaveLength(3);
    await answer();
    expect(sent).toHaveLength(3);
    expect(answers).toEqual([undefined, stored('"second"')]);
  });

  it('is not answered twice when it is sent again before its 2 s are over', async () => {
    const { send, answer, answers } = rig();
    await send(message('"first"'));
    await send(message('"second"'));
    await answer();
    await answer();
    expect(answers).toEqual([undefined, stored('"second"')]);
  });

  it('with further notifications stores only what is new', async () => {
    const { send, answer, answers, passed, sent } = rig();
    await send();
    await answer();
    await passed(2_000);
    await answer();
    await send(message('"B"', 1_700_000_005, `${JOBS},${imagesText(3)}`));
    expect(sent).toHaveLength(4);
    expect(sent[3]).toContain('"IMAGE"');
    await answer();
    expect(answers).toEqual([undefined, stored('"B"')]);
  });

  it('that comes after its acknowledgement is stored again: it is not a repetition', async () => {
    const { send, answer, sent, answers } = rig();
    await send();
    await answer();
    await answer();
    await send(message('"B"', 1_800_000_000));
    await answer();
    await answer();
    expect(sent).toHaveLength(6);
    expect(answers).toEqual([stored('"A"'), stored('"B"')]);
  });

  it('is stored again after another notification was acknowledged in between', async () => {
    const { send, answer, passed, sent, delivery } = rig();
    await send();
    await answer();
    await passed(2_000);
    await answer();
    delivery.forget();
    await send();
    await answer();
    await answer();
    expect(sent).toHaveLength(6);
  });

  it.each(['another notification was acknowledged', 'a message without them came'])(
    'does not wait for parts that were under way when %s in between',
    async (what) => {
      const { send, answer, passed, sent, calls, answers, delivery } = rig();
      await send();
      await answer();
      await passed(2_000);
      const slow = calls.splice(0);
      expect(slow).toHaveLength(2);
      if (what.startsWith('another')) delivery.forget();
      else await send(message('"B"', 1_700_000_005, jobsText(10)));
      await passed(2_000);
      calls.splice(0);
      await send(message('"C"', 1_700_000_009));
      for (const call of slow) call.answer(stored());
      while (calls.length > 0) await answer();
      expect(answers.at(-1)).toBe(stored('"C"'));
      expect(sent.filter((text) => text.includes('"id":"C"'))).toHaveLength(3);
    },
  );

  it('does not count a part as stored when a message without it came in between', async () => {
    const { send, answer, passed, sent } = rig();
    await send();
    await answer();
    await passed(2_000);
    await answer();
    await send(message('"B"', 1_700_000_005, imagesText(1_000)));
    expect(sent.slice(3).every((text) => text.includes('"IMAGE"'))).toBe(true);
    await passed(2_000);
    await answer();
    await answer();
    const before = sent.length;
    await send();
    await answer();
    await answer();
    expect(sent).toHaveLength(before + 3);
  });

  it('is not sent at all when it is not a NOTIFICATION REQUEST', async () => {
    const { send, answers, sent } = rig();
    const other = message();
    await send({ ...other, members: new Map([...other.members].filter(([name]) => name !== 'subType')) });
    expect([answers, sent]).toEqual([[undefined], []]);
  });
});

describe('a part that was not stored', () => {
  it.each([
    ['nothing', null],
    ['a ping', PING],
    ['an empty text', ''],
    ['what is not JSON', '{'],
    ['null', 'null'],
    ['a CONNECT RESPONSE that is valid', REFUSED.replace('false', 'true')],
    ['a NOTIFICATION REQUEST', stored().replace('RESPONSE', 'REQUEST')],
  ])('is sent again after %s', async (_, body) => {
    const { send, answer, answers, passed, sent, retries } = rig();
    await send();
    await answer(body);
    expect(sent).toHaveLength(1);
    await passed(50);
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(retries()).toBe(1);
    await answer();
    await answer();
    expect(answers).toEqual([stored('"A"')]);
  });

  it('is given up after some attempts, without an answer, and tried again when NetBackup sends again', async () => {
    const { send, answer, answers, passed, sent, delivery } = rig(1);
    const payload = jobsText(400);
    await send(message('"A"', 1, payload));
    for (let attempt = 1; attempt <= ATTEMPTS * 2; attempt++) {
      await answer(null);
      await passed(3_000);
    }
    expect(sent).toHaveLength(ATTEMPTS);
    expect(answers).toEqual([undefined]);
    expect(delivery.isBusy()).toBe(false);
    await send(message('"B"', 2, payload));
    await answer();
    expect(answers).toEqual([undefined, stored('"B"')]);
  });

  it('does not keep the others from being stored', async () => {
    const { send, passed, calls, sent } = rig();
    const whole = message('"A"', 1, jobsText(5_000));
    await send(whole);
    const [poison] = sent;
    for (let round = 0; round < 40; round++) {
      for (const call of calls.splice(0)) call.answer(call.text === poison ? undefined : stored());
      await passed(3_000);
    }
    expect(new Set(sent).size).toBe(splitNotification(whole).length);
    expect(sent.filter((text) => text === poison)).toHaveLength(ATTEMPTS);
  });

  it('is not waited for when NetBackup sends again: it is tried at once', async () => {
    const { send, answer, passed, sent } = rig();
    await send();
    for (let attempt = 1; attempt <= 5; attempt++) {
      await answer(null);
      await passed(attempt < 5 ? 2_000 : 0);
    }
    expect(sent).toHaveLength(5);
    await send(message('"B"'));
    expect(sent).toHaveLength(6);
  });

  it('is no longer sent when NetBackup has not sent the message for long', async () => {
    const { send, answer, passed, sent, delivery } = rig(1);
    await send(message('"A"', 1, jobsText(5_000)));
    await answer();
    await passed(2_000 + BACKGROUND_MS);
    await answer();
    expect(sent).toHaveLength(2);
    expect(delivery.isBusy()).toBe(false);
  });
});

describe('a connection that is not authenticated', () => {
  it('is told so once, with the id of the message, and no further part is sent', async () => {
    const { send, answer, answers, sent } = rig();
    await send();
    await answer(REFUSED);
    await send(message('"B"'));
    expect(answers).toEqual([REFUSED.replace('"part"', '"A"'), undefined]);
    expect(sent).toHaveLength(1);
  });

  it('gets one answer when it was closed while several parts were under way', async () => {
    const { send, answer, answers, calls, passed } = rig();
    await send(message('"A"', 1, jobsText(5_000)));
    await answer();
    expect(calls).toHaveLength(8);
    await answer(REFUSED);
    await passed(5_000);
    expect(answers).toEqual([REFUSED.replace('"part"', '"A"')]);
    expect(calls).toEqual([]);
  });

  it('gets none after the 2 s', async () => {
    const { send, answer, answers, passed } = rig();
    await send();
    await passed(2_000);
    await answer(REFUSED);
    expect(answers).toEqual([undefined]);
  });
});

describe('a connection that has ended', () => {
  it('sends nothing more, and ends its pauses', async () => {
    const { send, answer, answers, passed, sent, delivery } = rig();
    await send();
    await answer(null);
    delivery.close();
    await delivery.idle();
    await passed(10_000);
    await send();
    expect(sent).toHaveLength(1);
    expect(answers).toEqual([undefined, undefined]);
  });
});
