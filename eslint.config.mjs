import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['dist/', 'node_modules/', 'coverage/'] },
    eslint.configs.recommended,
    {
        files: ['**/*.ts'],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
            // with noUncheckedIndexedAccess they are how a known index is said
            '@typescript-eslint/no-non-null-assertion': 'off',
            // `export = init` is what Node-RED's loader wants; init of lowdb is async
            '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true }],
            '@typescript-eslint/only-throw-error': 'error',
            '@typescript-eslint/no-meaningless-void-operator': 'off',
        },
    },
    {
        files: ['test/**/*.ts', 'bench/**/*.ts'],
        rules: {
            // describe and it return promises nobody waits for
            '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', package: 'mocha', name: ['describe', 'it', 'before', 'after'] }] }],
        },
    },
    {
        files: ['**/*.mjs'],
        languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
    },
    prettier,
);
