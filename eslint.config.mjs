import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['dist/', 'node_modules/', 'coverage/', 'resources/'] },
    eslint.configs.recommended,
    {
        files: ['**/*.ts'],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            '@typescript-eslint/no-unused-vars': [
                'error',
                { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
            ],
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
            // with noUncheckedIndexedAccess they are how a known index is said
            '@typescript-eslint/no-non-null-assertion': 'off',
            // `export = init` is what Node-RED's loader wants; init of lowdb is async
            '@typescript-eslint/no-confusing-void-expression': [
                'error',
                { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
            ],
            // wrong about what changes during an await
            '@typescript-eslint/no-unnecessary-condition': 'off',
            // records are kept in plain objects, as lowdb keeps them
            '@typescript-eslint/no-dynamic-delete': 'off',
            '@typescript-eslint/no-unnecessary-type-parameters': 'off',
            '@typescript-eslint/no-meaningless-void-operator': 'off',
        },
    },
    {
        // it runs in a browser: what it shares with the runtime is types and what `nodes/runtime/settings` knows without Node.js
        files: ['editor/**/*.ts'],
        rules: {
            '@typescript-eslint/no-restricted-imports': [
                'error',
                {
                    patterns: [
                        { regex: '/lib/', allowTypeImports: true, message: 'Of lib the editor imports types alone.' },
                        { regex: '/nodes/(?!runtime/settings/)|/plugins/|^node:', message: 'No browser has this.' },
                    ],
                },
            ],
        },
    },
    {
        files: ['test/**/*.ts', 'bench/**/*.ts'],
        rules: {
            // simulators answer with whatever they were sent, as the servers do
            '@typescript-eslint/no-base-to-string': 'off',
            '@typescript-eslint/no-misused-spread': 'off',
            'no-control-regex': 'off',
            // describe and it return promises nobody waits for
            '@typescript-eslint/no-floating-promises': [
                'error',
                {
                    allowForKnownSafeCalls: [
                        { from: 'package', package: 'mocha', name: ['describe', 'it', 'before', 'after'] },
                    ],
                },
            ],
        },
    },
    {
        files: ['**/*.mjs', '**/*.cjs'],
        languageOptions: {
            globals: {
                console: 'readonly',
                performance: 'readonly',
                process: 'readonly',
                setTimeout: 'readonly',
                clearTimeout: 'readonly',
                module: 'readonly',
                require: 'readonly',
            },
        },
    },
    prettier,
);
