import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/** Pictures for the documentation instead of tests. */
export default defineConfig({ ...tests, testMatch: '**/*.shots.ts' });
