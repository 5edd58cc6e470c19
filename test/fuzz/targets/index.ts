import type { FuzzTarget } from '../target.ts';
import { dataFolders } from './data-folder.ts';
import { eventPatterns } from './event-patterns.ts';
import { expressions } from './expressions.ts';
import { http } from './http.ts';
import { inputTemplates } from './input-templates.ts';
import { logPatterns } from './log-patterns.ts';
import { messageForms } from './message-forms.ts';
import { policies } from './policies.ts';
import { requests } from './requests.ts';
import { templates } from './templates.ts';

/** Every part of the engine that reads what others wrote. */
export const TARGETS: readonly FuzzTarget[] = [
  eventPatterns,
  policies,
  inputTemplates,
  logPatterns,
  messageForms,
  expressions,
  requests,
  http,
  templates,
  dataFolders,
];
