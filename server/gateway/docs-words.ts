/** The words of the page around what the OpenAPI document says. */
import type { Locale } from '../domain/text.ts';

interface PageWords {
  readonly skip: string;
  readonly contents: string;
  readonly title: string;
  readonly functions: string;
  readonly views: string;
  readonly base: string;
  readonly signIn: string;
  readonly modules: string;
  readonly coreOnly: string;
  readonly retry: string;
  readonly field: string;
  readonly type: string;
  readonly meaning: string;
  readonly body: string;
  readonly parameters: string;
  readonly answers: string;
  readonly status: string;
  readonly example: string;
  readonly optional: string;
}

export const PAGE_WORDS: Readonly<Record<Locale, PageWords>> = {
  en: {
    skip: 'Skip to content',
    contents: 'Operations',
    title: 'API',
    functions: 'Functions',
    views: 'Views',
    base: 'Base address',
    signIn: 'Sign in',
    modules: 'Modules',
    coreOnly: 'core',
    retry:
      'After 429 or 503 wait as long as `Retry-After` says, then repeat with the same `Idempotency-Key`: a call that did happen is answered with its first result and not done again.',
    field: 'Field',
    type: 'Type',
    meaning: 'Meaning',
    body: 'Body',
    parameters: 'Parameters',
    answers: 'Answers',
    status: 'Status',
    example: 'Example',
    optional: 'optional',
  },
  zh: {
    skip: '跳到正文',
    contents: '操作',
    title: 'API',
    functions: '函数',
    views: '视图',
    base: '基础地址',
    signIn: '鉴权',
    modules: '模块',
    coreOnly: '核心',
    retry:
      '收到 429 或 503 时，按 `Retry-After` 等待后使用相同的 `Idempotency-Key` 重试：已发生的调用会返回首次结果，不会重复执行。',
    field: '字段',
    type: '类型',
    meaning: '含义',
    body: '请求体',
    parameters: '查询参数',
    answers: '响应',
    status: '状态码',
    example: '示例',
    optional: '可选',
  },
};
