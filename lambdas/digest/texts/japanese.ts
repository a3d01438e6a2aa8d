import type { MeasureName } from '../../problems/finding.ts';
import type { Texts } from './texts.ts';

const MEASURES: Readonly<Record<MeasureName, readonly [name: string, unit: string]>> = {
  ageHours: ['経過', '時間'],
  failures: ['失敗', '回'],
  downHours: ['切断', '時間'],
  silentHours: ['無応答', '時間'],
  queuedHours: ['待機', '時間'],
  runningHours: ['実行', '時間'],
  daysLeft: ['残り', '日'],
  closes: ['切断回数', '回'],
  notifications: ['通知', '件'],
  refusals: ['拒否', '回'],
};

export const JAPANESE: Texts = {
  locale: 'ja-JP',
  comma: '、',
  allIsWell: '異常はありません',
  notAllRead: '一部を読み取れませんでした',
  subject: (parts, digest) => `NetBackup: ${parts}（${digest}）`,
  problems: (count) => `未解決の問題 ${count} 件`,
  critical: (count) => `うち重大 ${count} 件`,
  failedJobs: (count) => `失敗したジョブ ${count} 件`,
  recovered: (count) => `うち ${count} 件は回復済み`,
  disconnected: (count) => `未接続のドメイン ${count} 件`,
  withoutGoodBackup: (count) => `正常なバックアップがないクライアント ${count} 件`,
  sections: {
    problems: '現在の問題',
    failures: '過去 24 時間の失敗',
    oldest: '最後に成功したバックアップ（古い順）',
    disconnected: '未接続のドメイン',
    trend: '過去数日間との比較',
  },
  columns: {
    severity: '重要度',
    domain: 'ドメイン',
    problem: '問題',
    since: '発生日時',
    failures: '失敗',
    clients: 'クライアント別',
    client: 'クライアント',
    policy: 'ポリシー',
    age: '経過時間',
    target: '目標',
    number: '項目',
    lastDay: '過去 24 時間',
    mean: (days) => (days === 1 ? '前日' : `${days} 日間の平均`),
  },
  severities: { critical: '重大', warning: '警告' },
  kinds: {
    'backup-failed': 'バックアップが失敗しました',
    'no-good-backup': '目標時間内に成功したバックアップがありません',
    'consecutive-failures': 'バックアップが連続して失敗しています',
    'job-stuck': 'ジョブが長時間完了していません',
    'domain-disconnected': 'ドメインの接続が切れています',
    'domain-silent': 'ドメインから通知が届いていません',
    'message-too-large': 'ドメインのメッセージがサイズの上限を超えています',
    'token-expiring': 'トークンの有効期限が近づいています',
    'key-expiring': 'API キーの有効期限が近づいています',
    'certificate-changed': '証明書が変更されました',
    quarantined: '解釈できない通知があります',
    'credential-refused': '保存された API キーを NetBackup が拒否しています',
  },
  measure: (name, value, threshold) => {
    const [label, unit] = MEASURES[name as MeasureName] ?? [name, ''];
    return `${label} ${value}${unit && ` ${unit}`}（しきい値 ${threshold}${unit && ` ${unit}`}）`;
  },
  deployment: '全ドメイン',
  never: '成功なし',
  unknown: '不明',
  hours: (_, formatted) => `${formatted} 時間`,
  days: (_, formatted) => `${formatted} 日`,
  jobs: '完了したジョブ',
  failed: '失敗したジョブ',
  successRate: '成功率',
  more: (count) => `ほか ${count} 件`,
  moreProblems: '未解決の問題が多すぎるため、古いものは含まれていません。',
  leftOut: (count, all) =>
    `${all} ドメインのうち ${count} ドメインのジョブは時間内に読み取れなかったため、含まれていません。`,
  incomplete: (_, formatted) =>
    `${formatted} ドメインではジョブが多すぎるため、一部のみを集計しています。実際の件数はこれより多くなります。`,
  period: (from, to, timeZone) => `対象期間: ${from} ～ ${to}（${timeZone}）`,
  footer: (digest, _, formatted, labels) =>
    `ダイジェスト「${digest}」、対象 ${formatted} ドメイン${labels && `（${labels}）`}`,
};
