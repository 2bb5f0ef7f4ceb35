use crate::choice::choices;

choices! {
    /// The closed set of problems. New ones may be added; none changes its meaning.
    #[non_exhaustive]
    pub enum Code {
        /// The path of the file cannot be used (`..`, absolute, control characters, a bad namespace).
        BadPath = "bad_path",
        /// The file is larger than a manifest file may be.
        FileTooLarge = "file_too_large",
        /// The file is not UTF-8.
        NotUtf8 = "not_utf8",
        /// The file holds a control character.
        ControlCharacter = "control_character",
        /// The file holds more documents than a manifest file may.
        TooManyDocuments = "too_many_documents",
        /// The file has more problems than are listed.
        TooManyProblems = "too_many_problems",
        /// The text is not YAML.
        Syntax = "syntax",
        /// A mapping has the same key twice.
        DuplicateKey = "duplicate_key",
        /// Collections are nested too deeply.
        TooDeep = "too_deep",
        /// The document has too many values, counting what aliases repeat.
        TooLarge = "too_large",
        /// YAML that manifests do not use: tags, directives, merge keys, composite keys.
        UnsupportedYaml = "unsupported_yaml",

        /// `apiVersion` is absent or another.
        ApiVersion = "api_version",
        /// `kind` is absent or none of the four.
        UnknownKind = "unknown_kind",
        /// A field that the kind does not have.
        UnknownField = "unknown_field",
        /// A field that must be there is not.
        MissingField = "missing_field",
        /// A value of another type than the field's.
        WrongType = "wrong_type",
        /// A field without a value.
        EmptyValue = "empty_value",
        /// A value that is none of the choices.
        UnknownChoice = "unknown_choice",
        /// A number, duration or size outside its bounds.
        OutOfRange = "out_of_range",
        /// A text that is not a duration.
        BadDuration = "bad_duration",
        /// A text that is not a size.
        BadSize = "bad_size",
        /// A text that is not a name, label, user name or the like.
        BadName = "bad_name",
        /// A text that is not a path that can be used.
        BadHostPath = "bad_host_path",
        /// A text that is not a regular expression or glob, or too large a one.
        BadPattern = "bad_pattern",
        /// A text that is not a date and time.
        BadDateTime = "bad_date_time",
        /// A text that is not a UUID.
        BadUid = "bad_uid",
        /// A NUL or another character that the value cannot hold.
        BadCharacter = "bad_character",
        /// The same value twice in a list that is a set.
        DuplicateValue = "duplicate_value",
        /// A list or text longer than allowed.
        TooLong = "too_long",

        /// A cron expression that cannot be read or can never fire.
        BadSchedule = "bad_schedule",
        /// None, or more than one, of `schedule`, `every` and `on-demand`.
        ScheduleChoice = "schedule_choice",
        /// A schedule that this kind of job, or its scheduler, cannot hold.
        ScheduleUnsupported = "schedule_unsupported",
        /// A time zone that does not exist.
        UnknownTimezone = "unknown_timezone",
        /// A field that has a meaning only with a `command`.
        NeedsCommand = "needs_command",
        /// Fields that contradict each other.
        Contradiction = "contradiction",
        /// `metadata.namespace` is not the file's directory.
        NamespaceMismatch = "namespace_mismatch",

        /// Two documents of one kind with the same name.
        DuplicateName = "duplicate_name",
        /// Two jobs with the same `uid`.
        DuplicateUid = "duplicate_uid",
        /// A route that no file declares.
        UnknownRoute = "unknown_route",
        /// A channel that the tenant does not have.
        UnknownChannel = "unknown_channel",
        /// `metadata.tenant` is not the repository's tenant.
        TenantMismatch = "tenant_mismatch",
        /// A policy denies it, or warns of it.
        Policy = "policy",
    }
}
