//! Documents, their metadata, and fields they do not have.

use super::{check, check_job};

#[test]
fn documents() {
    check("a: [", &["1:4+1  [syntax] unclosed bracket '['"]);
    check("a: b: c", &["1:5+1  [syntax] mapping values are not allowed in this context"]);
    check(
        "\tx: 1",
        &[
            "1:2+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "1:2+1  [missing_field] `kind` is missing (add `kind:`)",
            "1:2+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "1:2+1 x [unknown_field] unknown field `x` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check("a:\n\t- b", &["2:2+1  [syntax] a tab is used for indentation (indent with spaces)"]);
    check(
        "kind: Jbo",
        &[
            "1:1+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "1:1+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "1:7+3 kind [unknown_kind] `Jbo` is not known here (did you mean `Job`? Possible: `Job`, `Policy`, `Route` or `Maintenance`)",
        ],
    );
    check("- a", &["1:1+1  [wrong_type] expected a mapping, found a list"]);
    check("42", &["1:1+2  [wrong_type] expected a mapping, found a single value"]);
    check(
        "apiVersion: v2\nkind: Job\nmetadata: {name: A_b, namespace: staging, uid: 1, labels: {a b: c, x: y z}, tenant: T}\nspec: {every: 5m}",
        &[
            "1:13+2 apiVersion [api_version] `v2` is not a version this release reads (write `apiVersion: crontopus/v1`)",
            "3:18+3 metadata.name [bad_name] `A_b` is not a name (write `a-b`: a-z, 0-9 and `-` between them, at most 63)",
            "3:34+7 metadata.namespace [namespace_mismatch] the file belongs to the namespace `production`, not `staging` (remove the field, or move the file to the directory staging/)",
            "3:48+1 metadata.uid [bad_uid] `1` is not a UUID such as 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11",
            "3:60+3 metadata.labels.a b [bad_name] `a b` is not a label key: letters, digits and `-_.` inside, at most 63, optionally after a DNS name and `/`",
            "3:71+3 metadata.labels.x [bad_name] `y z` is not a label value (use letters, digits and `-_.` inside, at most 63; annotations take any text)",
            "3:85+1 metadata.tenant [bad_name] `T` is not a name (write `t`: a-z, 0-9 and `-` between them, at most 63)",
        ],
    );
    check(
        "%YAML 1.2\n---\na: 1",
        &[
            "1:1+1  [unsupported_yaml] YAML directives are not used in manifests (remove the line that begins with `%`)",
            "3:1+1  [missing_field] `apiVersion` is missing (add `apiVersion:`)",
            "3:1+1  [missing_field] `kind` is missing (add `kind:`)",
            "3:1+1  [missing_field] `metadata` is missing (add `metadata:`)",
            "3:1+1 a [unknown_field] unknown field `a` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check(
        "a: !!str x\n<<: x\n? [a]\n: b\na: 2",
        &[
            "1:10+1  [unsupported_yaml] the tag `!!str` is not used in manifests (remove it; each field has one type)",
            "2:1+2  [unsupported_yaml] merge keys (`<<`) are not used in manifests (an alias for a whole value works: `env: *common`)",
            "3:3+1  [unsupported_yaml] a key must be a single word",
            "5:1+1  [duplicate_key] `a` is given twice; first in line 1 (keep one of them)",
        ],
    );
    check("a: *x", &["1:4+2  [syntax] no `&x` stands before the alias `*x` (write the value out)"]);
    check("a: &a [*a]", &["1:8+2  [syntax] an alias inside the value it names (write the value out)"]);
    check(
        "apiVersion: v1\nkind: Job\nmetadata:\n  name: x\nspec:",
        &["5:5+1 spec [empty_value] expected a mapping, found nothing (give a value or remove the field)"],
    );
    check(
        "apiVersion: v1\nkind: Job\nmetadata:\n  name: x\nspec: {every: 5m}\nspecs: 1",
        &[
            "6:1+5 specs [unknown_field] unknown field `specs` (known here: `apiVersion`, `kind`, `metadata` or `spec`)",
        ],
    );
    check(
        "apiVersion: v1\nkind: Policy\nmetadata: {name: x, uid: 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11}\nspec: {rules: {allowShell: true}}",
        &[
            "3:21+3 metadata.uid [unknown_field] unknown field `uid` (known here: `name`, `namespace`, `tenant`, `labels` or `annotations`)",
        ],
    );
    check(
        "apiVersion: v1\nkind: Job\nmetadata: {}\nspec: {every: 5 m}",
        &[
            "3:11+1 metadata [missing_field] `name` is missing (add `name:`)",
            "4:15+3 spec.every [bad_duration] `5 m` is not a length of time (write it like 90s, 15m, 2h, 1d, 1h30m or PT1H30M)",
        ],
    );
}

#[test]
fn unknown_fields() {
    check_job(
        "Command: x",
        &[
            "7:3+7 spec.Command [unknown_field] unknown field `Command` (`command` is there already; remove this)",
        ],
    );
    check_job(
        "workingdir: /x",
        &["7:3+10 spec.workingdir [unknown_field] unknown field `workingdir` (did you mean `workingDir`?)"],
    );
    check_job(
        "colour: red",
        &[
            "7:3+6 spec.colour [unknown_field] unknown field `colour` (known here: `description`, `schedule`, `every`, `on-demand`, `timezone`, `shell`, `command`, `args`, `user`, `workingDir`, `env`, `envFiles`, `host`, `scheduler`, `drift`, `startWindow`, `maxRuntime`, `minRuntime`, `kill`, `concurrency`, `retry`, `jitter`, `catchUp`, `output`, `alerts`, `enabled` or `paused`)",
        ],
    );
    check_job(
        "alerts: {onFailure: x}",
        &[
            "7:12+9 spec.alerts.onFailure [unknown_field] unknown field `onFailure` (known here: `after`, `recoverAfter`, `severity`, `maxSinceSuccess` or `routes`)",
        ],
    );
    check_job(
        "description: ''\nenv: &e {A: 1}\nenvFiles: *e",
        &[
            "7:16+2 spec.description [empty_value] the text is blank",
            "9:13+2 spec.envFiles [wrong_type] expected a list, found a mapping",
        ],
    );
}
