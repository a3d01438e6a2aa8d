import { DEFAULT_PROPERTIES } from '../../../../netbackup/simulator/properties.ts';
import { parseProperties, readPropertiesFile } from '../../../../netbackup/simulator/properties-file.ts';

describe('nbwss.properties', () => {
  it('an empty file has the guide’s defaults', () => {
    expect(parseProperties('')).toEqual({ properties: DEFAULT_PROPERTIES, ignored: [] });
    expect(DEFAULT_PROPERTIES).toEqual({
      ignoreDecoder: false,
      sendTimeoutMs: 2000,
      notificationRateMs: 5000,
      notificationDelayMs: 30_000,
      pingIntervalMs: 30_000,
      maxPongMissAllowed: 10,
      connectionPeriodMs: 60_000,
      threads: 1,
    });
  });

  it('reads every key (PRP-1 to PRP-8), in the syntax of Java', () => {
    const text = [
      '# comment = 1',
      '! comment = 1',
      'exception.ignoreDecoder = TRUE',
      'notification.sendTimeout=1500',
      '  notification.scheduledRate : 6  ',
      'notification.delay 12',
      'keepAlive.scheduledRate=7\r',
      'keepAlive.maxPongMissAllowed=8',
      'connectionInfo.period=9',
      'scheduledExecutor.threadPoolSize=1',
      'scheduledExecutor.threadPoolSize=4',
    ].join('\n');
    expect(parseProperties(text).properties).toEqual({
      ignoreDecoder: true,
      sendTimeoutMs: 1500,
      notificationRateMs: 6000,
      notificationDelayMs: 12_000,
      pingIntervalMs: 7000,
      maxPongMissAllowed: 8,
      connectionPeriodMs: 9000,
      threads: 4,
    });
  });

  it('accepts a delay of 0', () => {
    expect(parseProperties('notification.delay=0').properties.notificationDelayMs).toBe(0);
  });

  it('lists ignored keys', () => {
    const text = 'hibernate.show_sql=false\nnotification.colour=blue\nconstructor=1';
    expect(parseProperties(text).ignored).toEqual([
      'hibernate.show_sql',
      'notification.colour',
      'constructor',
    ]);
  });

  it.each([
    ['exception.ignoreDecoder=yes', 'must be true or false, not "yes"'],
    ['notification.sendTimeout=2s', 'must be milliseconds, not "2s"'],
    ['notification.scheduledRate=0', 'must be seconds, not "0"'],
    ['keepAlive.maxPongMissAllowed=-1', 'must be a whole number, not "-1"'],
    ['connectionInfo.period', 'must be seconds, not ""'],
  ])('refuses %s with its line', (line, why) => {
    expect(() => parseProperties(`\n# x\n${line}`)).toThrow(`line 3: ${line.split('=')[0]} ${why}`);
  });

  it('names the file', async () => {
    await expect(readPropertiesFile('no/such/nbwss.properties')).rejects.toThrow(
      'no/such/nbwss.properties: cannot read the file (ENOENT)',
    );
  });
});
