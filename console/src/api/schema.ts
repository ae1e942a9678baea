// Made by scripts/gen-schema.mjs from openapi.json; do not edit.

export interface paths {
    "/api/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Account
         * @description One's own sessions, passkeys and tokens.
         */
        get: operations["account_api_account_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin Enrol
         * @description A challenge for a new passkey of one's own.
         */
        post: operations["begin_enrol_api_account_passkeys_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys/{id}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename
         * @description Another name for one of one's own passkeys.
         */
        post: operations["rename_api_account_passkeys__id__name_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove
         * @description Removes one of one's own passkeys.
         */
        post: operations["remove_api_account_passkeys__id__remove_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/passkeys/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm
         * @description Keeps a new passkey. Every session of this person ends, and a new one begins here.
         */
        post: operations["confirm_api_account_passkeys_confirm_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Password
         * @description A new password. Every session of this person ends, and a new one begins here.
         */
        post: operations["change_password_api_account_password_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin
         * @description A key for the phone. It counts once a code of it was given.
         */
        post: operations["begin_api_account_second_factor_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm
         * @description The first code of the phone: from now on it is asked for at sign-in.
         */
        post: operations["confirm_api_account_second_factor_confirm_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/second-factor/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End Second
         * @description No second factor any more; only with a long password.
         */
        post: operations["end_second_api_account_second_factor_end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/sessions/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End Session
         * @description Ends one of one's own sessions.
         */
        post: operations["end_session_api_account_sessions__id__end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Token
         * @description A token for a program: some of one's own rights, until a day.
         */
        post: operations["make_token_api_account_tokens_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/tokens/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke Token
         * @description Ends one of one's own tokens.
         */
        post: operations["revoke_token_api_account_tokens__id__revoke_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask
         * @description Asks the records. Readings are data of patients (as pseudonyms), so every question is in the audit chain.
         */
        post: operations["ask_api_ask_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ask/kept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kept
         * @description Questions that people kept.
         */
        get: operations["kept_api_ask_kept_get"];
        put?: never;
        /**
         * Keep
         * @description Keeps a question by name; one of the same name is replaced.
         */
        post: operations["keep_api_ask_kept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ask/kept/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop
         * @description Takes a kept question off the list; its past stays in the store.
         */
        delete: operations["drop_api_ask_kept__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ask/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records
         * @description What can be asked: the records with their columns, and how many rows each has.
         */
        get: operations["records_api_ask_records_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries
         * @description Entries that fit, newest first.
         */
        get: operations["entries_api_audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/export.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description All entries that fit as CSV (UTF-8 with BOM), newest first; that it was taken out is an entry too.
         */
        get: operations["export_api_audit_export_csv_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify
         * @description Recomputes the hash of every entry.
         */
        get: operations["verify_api_audit_verify_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Backup
         * @description All that Hinomi knows as one file. It holds keys and patient-related rows: the password is asked once more.
         */
        post: operations["backup_api_backup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/by-link/advisory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open Advisory
         * @description The advisory of a link.
         */
        post: operations["open_advisory_api_by_link_advisory_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/by-link/advisory/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm
         * @description Files that somebody read it.
         */
        post: operations["confirm_api_by_link_advisory_read_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/by-link/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open Sheet
         * @description The sheet of a link.
         */
        post: operations["open_sheet_api_by_link_sheet_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/by-link/sheet/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send
         * @description Files what a vendor answers, all of it or nothing.
         */
        post: operations["send_api_by_link_sheet_answers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversations
         * @description Who talked to whom with what, largest first. `zone` and `other_zone` together name a conduit.
         */
        get: operations["conversations_api_conversations_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Coverage
         * @description What the tap could hear. Nothing that Hinomi says goes beyond it.
         */
        get: operations["coverage_api_coverage_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/decisions/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo
         * @description Takes a person's word back; what the packets say holds again.
         */
        post: operations["undo_api_decisions__id__undo_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Desk
         * @description What can be opened: recorded procedures, rooms that the tap heard, rooms whose recorder runs.
         */
        get: operations["desk_api_desk_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/advice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Advice
         * @description What was pointed at and drawn on a record.
         */
        get: operations["advice_api_desk_advice_get"];
        put?: never;
        /**
         * Advise
         * @description A stroke of the person here, or of a guest by the word of an invitation. It is part of the record.
         */
        post: operations["advise_api_desk_advice_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/consent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Consents
         * @description The consent rules in force. A room without one has no video.
         */
        get: operations["consents_api_desk_consent_get"];
        put?: never;
        /**
         * Consent
         * @description Records under which rule, and with whose consent, video of a room may start.
         */
        post: operations["consent_api_desk_consent_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/consent/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw Consent
         * @description Takes a rule back: no video of this room starts any more. One that runs is ended by its connector's owner.
         */
        post: operations["withdraw_consent_api_desk_consent_withdraw_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description A recorded procedure in a shape that others open. Audited; a person masks what must not leave.
         */
        get: operations["export_api_desk_export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Image
         * @description One image of a record as the device or the PACS rendered it.
         */
        get: operations["image_api_desk_image_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Invitations
         * @description Those that have not ended.
         */
        get: operations["invitations_api_desk_invitations_get"];
        put?: never;
        /**
         * Invite
         * @description An invitation that ends. Its word is shown in this answer and never again.
         */
        post: operations["invite_api_desk_invitations_post"];
        /**
         * End Invitation
         * @description Ends an invitation before its time; the guest's line closes with the next question.
         */
        delete: operations["end_invitation_api_desk_invitations_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/layout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Layout
         * @description How a role has placed its panels; no panels when it never did.
         */
        get: operations["layout_api_desk_layout_get"];
        /**
         * Keep Layout
         * @description Keeps how a role has placed its panels.
         */
        put: operations["keep_layout_api_desk_layout_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/marks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark
         * @description A person's mark on the axis of a record; a room that is being recorded keeps it in its file as well.
         */
        post: operations["mark_api_desk_marks_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open Record
         * @description One record with everything but its dense data. The access is audited: it shows a patient's values.
         *
         *     A guest sees the record that is being made in the room of the invitation, and nothing of the house's network.
         */
        get: operations["open_record_api_desk_record_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/regulatory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Regulatory
         * @description The owner's decision on プログラム医療機器 該当性: it switches live values on or off.
         */
        post: operations["regulatory_api_desk_regulatory_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Spans of all recorded procedures in which every condition holds: `SpO2 < 90 while active > 0`.
         */
        get: operations["search_api_desk_search_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/video": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Video
         * @description A camera's file of a record, in ranges; fragmented MP4 as it was recorded.
         */
        get: operations["video_api_desk_video_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/desk/window": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Window
         * @description The dense data of a span of an opened record: waveforms, tools, images, every numeric.
         */
        get: operations["window_api_desk_window_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say Of Many
         * @description The same department, room or owner on many devices: all of them or none; shows at once.
         */
        post: operations["say_of_many_api_device_words_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/device-words/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo Many
         * @description Takes many words back in one step; what the packets say holds again.
         */
        post: operations["undo_many_api_device_words_undo_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices
         * @description The device list.
         */
        get: operations["devices_api_devices_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Device
         * @description One device: identity with proof, addresses, services, peers, in-use intervals, findings.
         */
        get: operations["device_api_devices__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/beside": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Beside
         * @description Where switches say it is, what DHCP servers gave it, its row in the ledger, how much it is used.
         */
        get: operations["beside_api_devices__id__beside_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/corrections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct
         * @description Keeps a person's word on an attribute. It wins over every clue, and it survives.
         */
        post: operations["correct_api_devices__id__corrections_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/habits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Habits
         * @description Whom it talks with, for what, when and how much, as learnt and as people said.
         */
        get: operations["habits_api_devices__id__habits_get"];
        put?: never;
        /**
         * Say
         * @description Keeps a person's word: this is usual for this device, or it is not. The watch then follows it.
         */
        post: operations["say_api_devices__id__habits_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/habits/{word}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unsay
         * @description Takes a word back: what was learnt counts again.
         */
        post: operations["unsay_api_devices__id__habits__word__undo_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge
         * @description Two devices are one: kept, and undone with one click.
         */
        post: operations["merge_api_devices__id__merge_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Split
         * @description An address of this device is another device.
         */
        post: operations["split_api_devices__id__split_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Diagram
         * @description The network diagram that a hospital must hold: zones, conduits, date, legend, what the tap could not hear.
         */
        get: operations["diagram_api_diagram_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents
         * @description Documents; with `device`, those of it and of its make and model.
         */
        get: operations["documents_api_documents_get"];
        put?: never;
        /**
         * Attach
         * @description Attaches a file to a device, or to every device of a make and model.
         */
        post: operations["attach_api_documents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End
         * @description Takes a document off; its file is kept.
         */
        post: operations["end_api_documents__id__end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * File
         * @description The file as it was attached.
         */
        get: operations["file_api_documents__id__file_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/documents/components": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Components
         * @description Components of every bill of materials that hold a word.
         */
        get: operations["components_api_documents_components_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/advisories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description Takes advisories in: a mail, a mailbox, CSAF, or a pasted text. What is there already is left alone.
         */
        post: operations["take_api_duties_advisories_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/advisories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Advisory
         * @description One advisory: who may get it, who got it, who read it, who is late.
         */
        get: operations["advisory_api_duties_advisories__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/advisories/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send
         * @description Sends it (again) to recipients that its sharing mark allows. Whoever has no mail address is told on paper.
         */
        post: operations["send_api_duties_advisories__id__send_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/carry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Carry
         * @description Takes the answers of an older edition over where items correspond, and says where not.
         */
        post: operations["carry_api_duties_carry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/clinic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Clinic
         * @description What a clinic without a tap fills in within an hour, and how it stands.
         */
        get: operations["clinic_api_duties_clinic_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/deemed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deemed
         * @description みなし遵守: servers that were seen and stand in no contract.
         */
        get: operations["deemed_api_duties_deemed_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/disclosures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Disclosures
         * @description Every maker's security sheet (MDS, SDS, MDS2) that was attached.
         */
        get: operations["all_disclosures_api_duties_disclosures_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/disclosures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Disclosure
         * @description One sheet, question by question, held against what was seen of the model.
         */
        get: operations["disclosure_api_duties_disclosures__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/disclosures/{id}/assess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assess
         * @description Writes the risk assessment of one answer that is neither yes nor not applicable.
         */
        post: operations["assess_api_duties_disclosures__id__assess_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/forms/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept Form
         * @description Keeps the form, with a person's corrections, as an edition of this home.
         */
        post: operations["accept_form_api_duties_forms_accept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/forms/filled.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Filled Form
         * @description The very file that was loaded, with the answers that people gave.
         */
        get: operations["filled_form_api_duties_forms_filled_xlsx_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/forms/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read Form
         * @description Reads an official form: each row, what it is taken for, and where a person must look. Nothing is kept yet.
         */
        post: operations["read_form_api_duties_forms_read_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/registers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Registers
         * @description What a hospital writes down before the day, and how much of it is filled in.
         */
        get: operations["all_registers_api_duties_registers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/registers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One Register
         * @description One register with its rows, and what the network saw of them.
         */
        get: operations["one_register_api_duties_registers__name__get"];
        put?: never;
        /**
         * Enter
         * @description Files a row, or how the row with this id stands from now on.
         */
        post: operations["enter_api_duties_registers__name__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/registers/{name}/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw
         * @description Takes a row out of the register; its past stays.
         */
        post: operations["withdraw_api_duties_registers__name___id__withdraw_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reply
         * @description Files a person's answer. It stays, with its audit entry; a later check stands beside it.
         */
        post: operations["reply_api_duties_replies_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sheet
         * @description One sheet: every item with the network's word and its proof, and every answer that people gave.
         */
        get: operations["sheet_api_duties_sheet_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/vendors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Vendor
         * @description How it stands with one vendor: links, what came back, and where it disagrees with what was seen.
         */
        get: operations["vendor_api_duties_vendors__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/vendors/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make Link
         * @description A link to the vendor's sheet that ends. Its word is told in this answer and never again.
         */
        post: operations["make_link_api_duties_vendors__id__links_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/vendors/links/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End Link
         * @description Closes a link before its day.
         */
        post: operations["end_link_api_duties_vendors_links__id__end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/duties/vendors/returned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returned
         * @description Reads a vendor's returned sheet, files its answers, and says where it disagrees with what was seen.
         */
        post: operations["returned_api_duties_vendors_returned_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/evidence/{capture}/{packet}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Packet
         * @description The packet's layers and header bytes, and what Hinomi read in it.
         */
        get: operations["packet_api_evidence__capture___packet__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/evidence/{capture}/{packet}/payload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Payload
         * @description The bytes in clear. The reason and the access stay in the audit chain, before anything is shown.
         */
        post: operations["payload_api_evidence__capture___packet__payload_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exports/devices.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices Csv
         * @description The device list as CSV (UTF-8 with BOM, as spreadsheets expect): the same filter, order and columns.
         */
        get: operations["devices_csv_api_exports_devices_csv_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Findings
         * @description Findings, worst first. Without `status` all of them.
         */
        get: operations["findings_api_findings_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finding
         * @description One finding: seen, why it matters, innocent explanations, first steps, how sure.
         */
        get: operations["finding_api_findings__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/{id}/advice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Advice
         * @description Steps, where the line may be cut, and what would be lost at this minute. Hinomi cuts nothing.
         */
        get: operations["advice_api_findings__id__advice_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/{id}/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bundle
         * @description The evidence of the finding and its story as one signed zip. The reason stays in the audit chain.
         */
        post: operations["bundle_api_findings__id__bundle_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/findings/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide
         * @description Keeps a person's decision, with its reason and its end. The finding stays.
         */
        post: operations["decide_api_findings__id__decision_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Grouped
         * @description Unknown devices that are alike, largest group first: one answer names many.
         */
        get: operations["grouped_api_groups_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups/{id}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Name Group
         * @description A person's word on every device of a group; with `teach`, also an entry of knowledge.
         */
        post: operations["name_group_api_groups__id__name_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description Whether Hinomi itself is well.
         */
        get: operations["health_api_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listed
         * @description Incidents, newest first, and what one may start from.
         */
        get: operations["listed_api_incidents_get"];
        put?: never;
        /**
         * Start
         * @description Opens an incident from a finding or from what somebody noticed; the offline copy is written anew.
         */
        post: operations["start_api_incidents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One
         * @description An incident as it stands.
         */
        get: operations["one_api_incidents__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/incidents/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write
         * @description Adds a line to the log. No line is ever changed or removed.
         */
        post: operations["write_api_incidents__id__log_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/indicators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists
         * @description The lists that were loaded, newest first, and how many findings each led to.
         */
        get: operations["lists_api_indicators_get"];
        put?: never;
        /**
         * Load
         * @description Loads a list (STIX 2.1, MISP JSON, or one entry a line); the whole history is then held against it.
         */
        post: operations["load_api_indicators_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/indicators/{id}/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drop
         * @description Forgets a list. What it found stays.
         */
        post: operations["drop_api_indicators__id__drop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Now
         * @description The ledger in force, and the sums.
         */
        get: operations["now_api_ledger_get"];
        put?: never;
        /**
         * Load
         * @description Makes a ledger file the ledger in force, its columns as a person confirmed them.
         */
        post: operations["load_api_ledger_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description The ledger in its own columns: empty cells filled with what is sure, devices not listed added at the end.
         */
        get: operations["export_api_ledger_export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link
         * @description Keeps a person's word that a row is a device; it holds for later ledgers too.
         */
        post: operations["link_api_ledger_links_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/links/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlink
         * @description Takes a link back.
         */
        post: operations["unlink_api_ledger_links__id__undo_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look At
         * @description Reads a ledger file and says how it was understood. Nothing is kept.
         */
        post: operations["look_at_api_ledger_look_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rows
         * @description One of the lists: seen and not listed, listed and never seen, differing, matched.
         */
        get: operations["rows_api_ledger_rows_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live
         * @description Server-sent events: `changed` with the new version of the state. Ask again for what you show.
         */
        get: operations["live_api_live_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Map
         * @description Zones and what runs between them, over all that was read. Devices are only counted here.
         */
        get: operations["map__api_map_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/map/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices
         * @description Every device and its room, those with a finding first in each.
         */
        get: operations["devices_api_map_devices_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/map/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Difference
         * @description What was heard on one of two days and not on the other: lines, devices of the house, conversations.
         */
        get: operations["difference_api_map_difference_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/map/part": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Part
         * @description What ran between the zones in the hours that begin in [start, end).
         */
        get: operations["part_api_map_part_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/map/times": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Times
         * @description How much was heard in each hour or day, oldest first.
         */
        get: operations["times_api_map_times_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Notices
         * @description Who is told by which way, and what became of the newest notices.
         */
        get: operations["notices_api_notices_get"];
        put?: never;
        /**
         * Put
         * @description Adds a channel, or changes the one with this id.
         */
        post: operations["put_api_notices_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove
         * @description Removes a channel. What waits for it is not sent any more.
         */
        post: operations["remove_api_notices__id__remove_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notices/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test
         * @description Sends the newest finding, marked as a test.
         */
        post: operations["test_api_notices__id__test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/outside": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Outside
         * @description Contacts with the outside, all that was heard.
         */
        get: operations["outside_api_outside_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Overview
         * @description Today.
         */
        get: operations["overview_api_overview_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers/{name}.{form}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Paper
         * @description One paper. What was taken out, and by whom, stands in the audit chain.
         */
        get: operations["paper_api_papers__name___form__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers/inspection.zip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Inspection
         * @description The binder for the inspection as files: sheet, evidence, contacts, diagram, ledger, plan, form, vendors.
         */
        get: operations["inspection_api_papers_inspection_zip_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers/kept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kept
         * @description Reports that make themselves: how often, and those that were made.
         */
        get: operations["kept_api_papers_kept_get"];
        put?: never;
        /**
         * Schedule
         * @description How often a report is made from now on.
         */
        post: operations["schedule_api_papers_kept_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/papers/kept/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Kept File
         * @description One report that was made.
         */
        get: operations["kept_file_api_papers_kept__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People
         * @description Everybody who has an account, also those shut out.
         */
        get: operations["people_api_people_get"];
        put?: never;
        /**
         * Add
         * @description A new person, with a first password that is told here once.
         */
        post: operations["add_api_people_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{name}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable
         * @description Shuts a person out at once.
         */
        post: operations["disable_api_people__name__disable_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{name}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable
         * @description Lets a person in again.
         */
        post: operations["enable_api_people__name__enable_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{name}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset
         * @description A new first password, and no second factor: for who lost one of them.
         */
        post: operations["reset_api_people__name__reset_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people/{name}/role": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set Role
         * @description Another role, from the next question on.
         */
        post: operations["set_role_api_people__name__role_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Told
         * @description Which switches and DHCP servers told something.
         */
        get: operations["told_api_places_get"];
        put?: never;
        /**
         * Load Places
         * @description Leases or a switch's MAC table, as a file or pasted; replaces what this source told before.
         */
        post: operations["load_places_api_places_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Policy
         * @description Kinds of traffic between zones, and what the approved ones would have rung for.
         */
        get: operations["policy_api_policy_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policy/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve
         * @description A person approves kinds of traffic.
         */
        post: operations["approve_api_policy_approve_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policy/export/{form}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description The approved conduits as text for a firewall (nftables, cisco, fortigate, yamaha). Hinomi applies nothing.
         */
        get: operations["export_api_policy_export__form__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policy/switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch
         * @description From now on the watch rings, or no longer rings, for what no approved conduit covers.
         */
        post: operations["switch_api_policy_switch_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/policy/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraw
         * @description A person takes an approval back.
         */
        post: operations["withdraw_api_policy_withdraw_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/remote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Register
         * @description Paths that were declared, paths that were only heard, and the visits, newest first.
         */
        get: operations["register_api_remote_get"];
        put?: never;
        /**
         * Declare
         * @description Adds a path, or changes the one with this id. A found path is adopted by sending it with its vendor.
         */
        post: operations["declare_api_remote_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/remote/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End
         * @description From now on nothing may come by this path. The row stays.
         */
        post: operations["end_api_remote__id__end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look
         * @description The policy, the holds, and what would go now.
         */
        get: operations["look_api_retention_get"];
        put?: never;
        /**
         * Change
         * @description Another policy. It removes nothing by itself at once.
         */
        post: operations["change_api_retention_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold
         * @description Days that must stay.
         */
        post: operations["hold_api_retention_holds_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/holds/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End Hold
         * @description Ends a person's hold.
         */
        post: operations["end_hold_api_retention_holds__id__end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview
         * @description What another policy would remove now. Changes nothing.
         */
        post: operations["preview_api_retention_look_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/retention/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run
         * @description Removes now what the plan says. While an interface is listened to, the listening process does it by itself.
         */
        post: operations["run_api_retention_run_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description Who asks. Answered to everybody, so that the page knows whether to show the sign-in.
         */
        get: operations["me_api_session_get"];
        put?: never;
        /**
         * Sign In
         * @description Signs in with name and password, and the code of the second factor where there is one.
         */
        post: operations["sign_in_api_session_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign Out
         * @description Ends this session.
         */
        post: operations["sign_out_api_session_end_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin
         * @description The way to the hospital's sign-in service; it belongs to this browser.
         */
        post: operations["begin_api_session_oidc_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/oidc/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In
         * @description Signs in with what the service sent back.
         */
        post: operations["sign_in_api_session_oidc_answer_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin
         * @description A challenge for signing in: with a passkey alone, or behind name and password.
         */
        post: operations["begin_api_session_passkey_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/passkey/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign In
         * @description Signs in with the answer of a passkey to the challenge of this id.
         */
        post: operations["sign_in_api_session_passkey_answer_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Settings
         * @description Everything on the page of settings.
         */
        get: operations["settings_api_settings_get"];
        put?: never;
        /**
         * Change
         * @description Changes name, language and time zone, in `settings.toml`.
         */
        post: operations["change_api_settings_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sigma": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listing
         * @description Every rule of the folder, those that cannot be used with the reason.
         */
        get: operations["listing_api_sigma_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sigma/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve
         * @description What a rule that was tried in this house weighs from now on.
         */
        post: operations["approve_api_sigma__id__approve_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/theatre/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Rooms
         * @description Rooms and beds that readings name, last heard first.
         */
        get: operations["rooms_api_theatre_rooms_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/theatre/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Timeline
         * @description One room on one time axis of the tap's clock. The access is audited: it shows a patient's values.
         */
        get: operations["timeline_api_theatre_timeline_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Vocabulary
         * @description The lists of ids that the other answers use, with their words.
         */
        get: operations["vocabulary_api_vocabulary_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weaknesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listed
         * @description Advisories that concern a device, most urgent first, and ends of support. `whole`: also those settled.
         */
        get: operations["listed_api_weaknesses_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weaknesses/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say
         * @description Keeps a person's word on an advisory and a device; it wins over the matching.
         */
        post: operations["say_api_weaknesses_words_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weaknesses/words/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unsay
         * @description Takes a word back; the matching holds again.
         */
        post: operations["unsay_api_weaknesses_words__id__undo_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/zones/{id}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Name Zone
         * @description A person names a zone that Hinomi proposed, or gives another name or kind to one that was named.
         */
        post: operations["name_zone_api_zones__id__name_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Account
         * @description One's own sessions, passkeys and tokens, and what a token may be for.
         */
        Account: {
            /** Passkeys */
            passkeys: components["schemas"]["Passkey"][];
            /** Scopes */
            scopes: string[];
            /** Sessions */
            sessions: components["schemas"]["Session"][];
            /** Tokens */
            tokens: components["schemas"]["Token"][];
        };
        /** Address */
        Address: {
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Ip */
            ip: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Mac */
            mac: string;
            /** Vlan */
            vlan: number | null;
        };
        /**
         * Advice
         * @description What a person may do, in order. Hinomi cuts nothing itself; the first cut is the safest that helps.
         */
        Advice: {
            /**
             * At
             * @description the tap's time for which this holds
             */
            at: string | null;
            /** Cuts */
            cuts: components["schemas"]["Cut"][];
            /** Finding */
            finding: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /** Steps */
            steps: components["schemas"]["Words"][];
            warning: components["schemas"]["Words"] | null;
        };
        /**
         * AdvisoryAsk
         * @description A mail, a mailbox, CSAF or a text that somebody pasted, as base64.
         */
        AdvisoryAsk: {
            /** Content */
            content: string;
            /** Name */
            name: string;
            /**
             * Source
             * @default
             */
            source: string;
        };
        /** AdvisoryFile */
        AdvisoryFile: {
            /** Entries */
            entries: number;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            problem: components["schemas"]["Words"] | null;
        };
        /**
         * AdvisoryPage
         * @description What a recipient sees by its link: the advisory and nothing else.
         */
        AdvisoryPage: {
            /** Date */
            date: string;
            /** Due */
            due: string;
            /** Person */
            person: string;
            /** Read */
            read: string;
            /** Site */
            site: string;
            /** Source */
            source: string;
            /** Text */
            text: string;
            /** Title */
            title: string;
            /** Tlp */
            tlp: string;
        };
        /** AdvisoryReceipt */
        AdvisoryReceipt: {
            /** Allowed */
            allowed: boolean;
            /** Fax */
            fax: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "department" | "institution";
            /** Late */
            late: boolean;
            /** Mail */
            mail: string;
            /** Name */
            name: string;
            /** Person */
            person: string;
            /** Read */
            read: string;
            /** Recipient */
            recipient: string;
            /** Reminded */
            reminded: string;
            /** Sent */
            sent: string;
        };
        /**
         * AdvisoryState
         * @description One advisory: who may get it, who got it, who read it, who is late.
         */
        AdvisoryState: {
            /** By Mail */
            by_mail: boolean;
            /** Id */
            id: string;
            /** Receipts */
            receipts: components["schemas"]["AdvisoryReceipt"][];
            /** Title */
            title: string;
        };
        /**
         * AgainAsk
         * @description The password once more.
         */
        AgainAsk: {
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /** ApproveAsk */
        ApproveAsk: {
            /** Conduits */
            conduits: components["schemas"]["PolicyConduit"][];
            /** Reason */
            reason: string;
        };
        /**
         * AskAnswer
         * @description Rows as text, as a table shows them; numbers and nanoseconds keep all their digits.
         */
        AskAnswer: {
            /** Columns */
            columns: components["schemas"]["AskHead"][];
            /** More */
            more: boolean;
            /** Rows */
            rows: (string | null)[][];
            /** Seconds */
            seconds: number;
        };
        /** AskColumn */
        AskColumn: {
            /** Doc */
            doc: string;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            /** Time */
            time: boolean;
        };
        /** AskHead */
        AskHead: {
            /** Name */
            name: string;
            /** Number */
            number: boolean;
            /** Time */
            time: boolean;
        };
        /** AskRecord */
        AskRecord: {
            /** Columns */
            columns: components["schemas"]["AskColumn"][];
            /** Name */
            name: string;
            /** Rows */
            rows: number;
        };
        /** AskRecords */
        AskRecords: {
            /** Records */
            records: components["schemas"]["AskRecord"][];
            /** Rows Max */
            rows_max: number;
            /** Seconds Max */
            seconds_max: number;
        };
        /** AssessAsk */
        AssessAsk: {
            /** Key */
            key: string;
            /** Text */
            text: string;
        };
        /** Attribute */
        Attribute: {
            /** By Person */
            by_person: boolean;
            /** Confidence */
            confidence: number;
            /** Name */
            name: string;
            /** Rivals */
            rivals: components["schemas"]["Rival"][];
            /** Sources */
            sources: components["schemas"]["Source"][];
            /** Value */
            value: string;
            /** @description words of a value that is an id (type, category) */
            value_words: components["schemas"]["Words"] | null;
        };
        /** AuditPage */
        AuditPage: {
            /** Actors */
            actors: string[];
            /** Acts */
            acts: string[];
            /**
             * Before
             * @description ask with this for what is older; null: there is nothing older
             */
            before: number | null;
            /** Items */
            items: components["schemas"]["AuditRow"][];
        };
        /** AuditRow */
        AuditRow: {
            /** Act */
            act: string;
            /** Actor */
            actor: string;
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Detail */
            detail: {
                [key: string]: string;
            };
            /** Hash */
            hash: string;
            /** Seq */
            seq: number;
            /** Subject */
            subject: string;
        };
        /**
         * AuditVerdict
         * @description Whether the chain holds: nothing in it was changed, taken out or put in.
         */
        AuditVerdict: {
            /** Broken At */
            broken_at: number | null;
            /** Entries */
            entries: number;
            /** Head */
            head: string;
        };
        /** BackupAsk */
        BackupAsk: {
            /**
             * Password
             * Format: password
             * @description the person's own, once more
             * @default
             */
            password: string;
        };
        /** BackupTold */
        BackupTold: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
        };
        /**
         * Beside
         * @description What people, switches and ledgers say about a device, and how much it is used.
         */
        Beside: {
            /** Leases */
            leases: components["schemas"]["Lease"][];
            ledger: components["schemas"]["LedgerHit"] | null;
            /** Ports */
            ports: components["schemas"]["SwitchPort"][];
            use: components["schemas"]["Use"];
        };
        /** Capture */
        Capture: {
            /** Bytes */
            bytes: number;
            /** Complete */
            complete: boolean;
            /** First */
            first: string | null;
            /** Id */
            id: string;
            /** Last */
            last: string | null;
            /** Name */
            name: string;
            /** Packets */
            packets: number;
            /** Problem */
            problem: string;
            /**
             * Read At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            read_at: string;
            /** Records */
            records: {
                [key: string]: number;
            };
            /** Sensor */
            sensor: string;
        };
        /** Carried */
        Carried: {
            /** Rows */
            rows: components["schemas"]["CarriedRow"][];
        };
        /** CarriedRow */
        CarriedRow: {
            /** Number */
            number: string;
            /** Old */
            old: string[];
            reason: components["schemas"]["Words"];
            /**
             * State
             * @enum {string}
             */
            state: "carried" | "nothing" | "unanswered" | "differs" | "changed";
            text: components["schemas"]["Words"];
        };
        /** CarryAsk */
        CarryAsk: {
            /**
             * Audience
             * @default hospital
             * @enum {string}
             */
            audience: "hospital" | "pharmacy" | "vendor";
            /** New */
            new: string;
            /** Old */
            old: string;
        };
        /**
         * ChannelAsk
         * @description A way to one receiver. With `after_min` it speaks only of what still waits for a person by then.
         */
        ChannelAsk: {
            /**
             * After Min
             * @default 0
             */
            after_min: number;
            /**
             * Form
             * @default text
             * @enum {string}
             */
            form: "text" | "ocsf" | "cef";
            /**
             * Host
             * @default
             */
            host: string;
            /**
             * Id
             * @description '' for a new one
             * @default
             */
            id: string;
            /**
             * Lang
             * @default ja
             * @enum {string}
             */
            lang: "ja" | "en";
            /** Name */
            name: string;
            /**
             * Port
             * @default 0
             */
            port: number;
            /**
             * Proto
             * @default udp
             * @enum {string}
             */
            proto: "udp" | "tcp";
            /** @default high */
            quiet_but: components["schemas"]["Severity"];
            /**
             * Quiet End
             * @default
             */
            quiet_end: string;
            /**
             * Quiet Start
             * @description HH:MM on the clock of the site; '' for no quiet hours
             * @default
             */
            quiet_start: string;
            /**
             * Secret
             * @description password or signing key; null leaves it; it is never said again
             */
            secret?: string | null;
            /**
             * Sender
             * @default
             */
            sender: string;
            /** @default medium */
            severity: components["schemas"]["Severity"];
            /**
             * Tls
             * @default none
             * @enum {string}
             */
            tls: "none" | "starttls" | "tls";
            /**
             * To
             * @default []
             */
            to: string[];
            /**
             * Type
             * @enum {string}
             */
            type: "mail" | "webhook" | "syslog";
            /**
             * Url
             * @default
             */
            url: string;
            /**
             * User
             * @default
             */
            user: string;
        };
        /**
         * Clinic
         * @description An hour's work without a tap.
         */
        Clinic: {
            /** Steps */
            steps: components["schemas"]["ClinicStep"][];
        };
        /** ClinicStep */
        ClinicStep: {
            /** Done */
            done: boolean;
            /** Id */
            id: string;
            says: components["schemas"]["Words"];
            text: components["schemas"]["Words"];
            /** Where */
            where: string;
        };
        /** CodeAsk */
        CodeAsk: {
            /** Code */
            code: string;
        };
        /** Component */
        Component: {
            /** Document */
            document: string;
            /** Licence */
            licence: string;
            /** Name */
            name: string;
            /**
             * Of
             * @description device or model the bill of materials belongs to
             */
            of: string;
            /** Supplier */
            supplier: string;
            /** Version */
            version: string;
        };
        /** Components */
        Components: {
            /** Items */
            items: components["schemas"]["Component"][];
        };
        /**
         * Conduit
         * @description Everything that two zones exchanged.
         */
        Conduit: {
            /** A */
            a: string;
            /** B */
            b: string;
            /** Bytes Ab */
            bytes_ab: number;
            /** Bytes Ba */
            bytes_ba: number;
            /**
             * Findings
             * @description ids of waiting findings about this traffic
             */
            findings: string[];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Flows */
            flows: number;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /**
             * Opened By
             * @enum {string}
             */
            opened_by: "a" | "b" | "both";
            /** Pairs */
            pairs: number;
            /** Services */
            services: string[];
        };
        /** ConduitChange */
        ConduitChange: {
            /** A */
            a: string;
            /** B */
            b: string;
            /** Bytes After */
            bytes_after: number;
            /** Bytes Before */
            bytes_before: number;
            /**
             * Change
             * @enum {string}
             */
            change: "new" | "gone" | "both";
            /** Findings */
            findings: string[];
            /** Services Gone */
            services_gone: string[];
            /** Services New */
            services_new: string[];
        };
        /** ContainStep */
        ContainStep: {
            /** Cuts */
            cuts: components["schemas"]["CutAdvice"][];
            /**
             * Place
             * @enum {string}
             */
            place: "backup" | "outside" | "range" | "segment";
        };
        /**
         * Conversation
         * @description Who talked to whom with what.
         */
        Conversation: {
            /** Answered */
            answered: number;
            /** Bytes Client */
            bytes_client: number;
            /** Bytes Server */
            bytes_server: number;
            client: components["schemas"]["DeviceRef"];
            /** Encrypted */
            encrypted: boolean | null;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Flows */
            flows: number;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /**
             * Name
             * @description name the client asked for, '' when none
             */
            name: string;
            /** Port */
            port: number;
            /** Proto */
            proto: string;
            server: components["schemas"]["DeviceRef"];
            /** Service */
            service: string;
        };
        /** ConversationPage */
        ConversationPage: {
            /** Items */
            items: components["schemas"]["Conversation"][];
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /**
         * Correction
         * @description A person's word on a device.
         */
        Correction: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Attribute */
            attribute: string;
            /** By */
            by: string;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Other */
            other: string;
            /** Reason */
            reason: string;
            /** Undone */
            undone: boolean;
            /** Value */
            value: string;
        };
        /** CorrectionAsk */
        CorrectionAsk: {
            /** Attribute */
            attribute: string;
            /** Reason */
            reason: string;
            /** Value */
            value: string;
        };
        /**
         * Coverage
         * @description What the tap could hear. Nothing that Hinomi says goes beyond it.
         */
        Coverage: {
            /** Captures */
            captures: components["schemas"]["Capture"][];
            /** Sensors */
            sensors: components["schemas"]["Sensor"][];
            /** Subnets */
            subnets: components["schemas"]["CoverageRow"][];
        };
        /** CoverageRow */
        CoverageRow: {
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Flows Answered */
            flows_answered: number;
            /** Flows One Way */
            flows_one_way: number;
            /**
             * Heard
             * @enum {string}
             */
            heard: "both" | "one_way" | "nothing";
            /** Hosts */
            hosts: number;
            /** Hours */
            hours: number;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Packets */
            packets: number;
            /** Subnet */
            subnet: string;
            /** Vlan */
            vlan: number | null;
            /** Zone */
            zone: string | null;
        };
        /**
         * Cut
         * @description A place at which the line may be cut, with what that costs.
         */
        Cut: {
            /**
             * Lost
             * @description lines that would be missed, those on a patient first
             */
            lost: components["schemas"]["Words"][];
            /**
             * Place
             * @enum {string}
             */
            place: "backup" | "outside" | "vendor_line" | "segment" | "refuse" | "device";
            text: components["schemas"]["Words"];
            /** @description null when no patient is near this cut */
            warning: components["schemas"]["Words"] | null;
        };
        /** CutAdvice */
        CutAdvice: {
            /** Lost */
            lost: components["schemas"]["Words"][];
            /** Place */
            place: string;
            text: components["schemas"]["Words"];
            warning: components["schemas"]["Words"];
        };
        /**
         * DecisionAsk
         * @description A person's decision on a finding.
         */
        DecisionAsk: {
            /**
             * Also
             * @description others answered in one go
             * @default []
             */
            also: string[];
            /** Reason */
            reason: string;
            /**
             * Status
             * @enum {string}
             */
            status: "acknowledged" | "explained" | "resolved" | "open";
            /** Until */
            until?: string | null;
        };
        /**
         * DeemedServers
         * @description みなし遵守: is every server that was seen the vendor's duty by contract?
         */
        DeemedServers: {
            /** Covered */
            covered: components["schemas"]["DeviceRef"][];
            /** Ours */
            ours: string[];
            /** Uncovered */
            uncovered: components["schemas"]["DeviceRef"][];
            /**
             * Word
             * @enum {string}
             */
            word: "contradicted" | "not_contradicted" | "unknown" | "person";
        };
        /** DeskChannel */
        DeskChannel: {
            /** Code */
            code: string;
            device: components["schemas"]["DeviceRef"] | null;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "numeric" | "waveform" | "text" | "alarm" | "state" | "transform" | "image" | "video";
            /** Name */
            name: string;
            /** Rate Hz */
            rate_hz: number;
            /** Source */
            source: string;
            /** Unit */
            unit: string;
        };
        /** DeskClock */
        DeskClock: {
            /** Clock */
            clock: string;
            /** Drift Ppm */
            drift_ppm: number | null;
            /** Error Ms */
            error_ms: number;
            /** Offset Ms */
            offset_ms: number;
            /** Steps */
            steps: number;
        };
        /**
         * DeskConsent
         * @description The rule under which video of a room may start.
         */
        DeskConsent: {
            /** At Ms */
            at_ms: number;
            /** By */
            by: string;
            /** Room */
            room: string;
            /** Rule */
            rule: string;
        };
        /** DeskConsentIn */
        DeskConsentIn: {
            /** Room */
            room: string;
            /** Rule */
            rule: string;
        };
        /** DeskDecisionIn */
        DeskDecisionIn: {
            /**
             * Decision
             * @enum {string}
             */
            decision: "not-medical-device" | "medical-device" | "off";
            /** Reason */
            reason: string;
        };
        /** DeskEvent */
        DeskEvent: {
            /** By */
            by: string;
            /** End Ms */
            end_ms: number | null;
            /** In Room */
            in_room: boolean;
            /**
             * Kind
             * @description alarm, state, text, phase, mark, gap, clock, connector, finding, use …
             */
            kind: string;
            /**
             * Link
             * @description id of the finding, '' otherwise
             */
            link: string;
            /** Source */
            source: string;
            text: components["schemas"]["Words"];
            /** Time Ms */
            time_ms: number;
        };
        /** DeskGap */
        DeskGap: {
            /** Channel */
            channel: string;
            /** End Ms */
            end_ms: number;
            /** Missing */
            missing: number;
            /** Start Ms */
            start_ms: number;
        };
        /** DeskHit */
        DeskHit: {
            /** End Ms */
            end_ms: number;
            /** Record */
            record: string;
            /** Room */
            room: string;
            /** Start Ms */
            start_ms: number;
        };
        /** DeskHome */
        DeskHome: {
            not_for_diagnosis: components["schemas"]["Words"];
            permission: components["schemas"]["DeskPermission"];
            /** Records */
            records: components["schemas"]["DeskRecord"][];
            /** Rooms */
            rooms: components["schemas"]["DeskRoom"][];
        };
        /** DeskImage */
        DeskImage: {
            /** Channel */
            channel: string;
            /** Description */
            description: string;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
            /** Has Picture */
            has_picture: boolean;
            /** Modality */
            modality: string;
            /** Time Ms */
            time_ms: number;
        };
        /** DeskInvitation */
        DeskInvitation: {
            /** By */
            by: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Room */
            room: string;
            /** Until Ms */
            until_ms: number;
            /**
             * Word
             * @description only in the answer that makes it; kept as a hash
             */
            word: string;
        };
        /** DeskInvitationIn */
        DeskInvitationIn: {
            /** Hours */
            hours: number;
            /** Name */
            name: string;
            /** Room */
            room: string;
        };
        /** DeskLayout */
        DeskLayout: {
            /** Panels */
            panels: components["schemas"]["DeskPanel"][];
            /** Role */
            role: string;
        };
        /** DeskMarkIn */
        DeskMarkIn: {
            /**
             * Kind
             * @default note
             * @enum {string}
             */
            kind: "phase" | "event" | "note";
            /** Record */
            record: string;
            /** Text */
            text: string;
            /** Time Ms */
            time_ms: number;
        };
        /**
         * DeskOpen
         * @description A record with everything but its dense data.
         */
        DeskOpen: {
            /** Channels */
            channels: components["schemas"]["DeskChannel"][];
            /** Clocks */
            clocks: components["schemas"]["DeskClock"][];
            /** Events */
            events: components["schemas"]["DeskEvent"][];
            /** Events Total */
            events_total: number;
            /** Gaps */
            gaps: components["schemas"]["DeskGap"][];
            /** Images */
            images?: components["schemas"]["DeskImage"][];
            /** Network */
            network: components["schemas"]["DeskPeer"][];
            not_for_diagnosis: components["schemas"]["Words"];
            record: components["schemas"]["DeskRecord"];
            /** Series */
            series: components["schemas"]["DeskSeries"][];
            /** Videos */
            videos: components["schemas"]["DeskVideo"][];
        };
        /** DeskPanel */
        DeskPanel: {
            /** High */
            high: number;
            /** Id */
            id: string;
            /** Shown */
            shown: boolean;
            /** Wide */
            wide: number;
        };
        /**
         * DeskPeer
         * @description A device of the room on the network.
         */
        DeskPeer: {
            /**
             * Clear
             * @description conversations that are not encrypted
             */
            clear: number;
            device: components["schemas"]["DeviceRef"];
            /** Findings */
            findings: number;
            /** Outside */
            outside: number;
            /** Peers */
            peers: number;
        };
        /**
         * DeskPermission
         * @description The owner's decision on プログラム医療機器 該当性. Without one nothing live is shown outside the lab.
         */
        DeskPermission: {
            /** Allowed */
            allowed: boolean;
            /** At Ms */
            at_ms: number;
            /** By */
            by: string;
            /** Decision */
            decision: string;
            /** Reason */
            reason: string;
        };
        /**
         * DeskRecord
         * @description Something that can be replayed: what the tap heard of a room, or a recorded procedure.
         */
        DeskRecord: {
            /**
             * End Ms
             * @description None: still being recorded
             */
            end_ms: number | null;
            /** Id */
            id: string;
            /** Lab */
            lab: boolean;
            /**
             * Origin
             * @enum {string}
             */
            origin: "tap" | "recorded";
            /** Readings */
            readings: number;
            /** Room */
            room: string;
            /** Start Ms */
            start_ms: number;
        };
        /**
         * DeskRoom
         * @description A room whose recorder runs on this machine.
         */
        DeskRoom: {
            /** Lab */
            lab: boolean;
            /**
             * Live
             * @description its recorder answers
             */
            live: boolean;
            /** Room */
            room: string;
        };
        /** DeskRoomIn */
        DeskRoomIn: {
            /** Room */
            room: string;
        };
        /**
         * DeskSeries
         * @description A numeric channel over the asked span: steps with their extremes where values were joined.
         */
        DeskSeries: {
            /** Channel */
            channel: string;
            /** Highs */
            highs: number[];
            /** Lows */
            lows: number[];
            /** Times Ms */
            times_ms: number[];
            /** Values */
            values: number[];
        };
        /**
         * DeskStroke
         * @description Something pointed at or drawn on a panel: places are shares of its width and height.
         */
        DeskStroke: {
            /**
             * By
             * @default
             */
            by: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "point" | "line";
            /** Panel */
            panel: string;
            /** Places */
            places: [
                number,
                number
            ][];
            /** Time Ms */
            time_ms: number;
        };
        /** DeskStrokeIn */
        DeskStrokeIn: {
            /** Record */
            record: string;
            stroke: components["schemas"]["DeskStroke"];
            /**
             * Word
             * @default
             */
            word: string;
        };
        /** DeskTool */
        DeskTool: {
            /** Channel */
            channel: string;
            /** Matrices */
            matrices: number[][];
            /** Times Ms */
            times_ms: number[];
        };
        /**
         * DeskVideo
         * @description One file of a camera; `start_ms` is when its first fragment came.
         */
        DeskVideo: {
            /** Channel */
            channel: string;
            /** End Ms */
            end_ms: number;
            /** File */
            file: string;
            /** Start Ms */
            start_ms: number;
        };
        /**
         * DeskWave
         * @description Samples without a gap between them; joined to lowest and highest where there were too many.
         */
        DeskWave: {
            /** Channel */
            channel: string;
            /**
             * Joined
             * @description samples are pairs (lowest, highest) of each step
             */
            joined: boolean;
            /** Samples */
            samples: number[];
            /** Start Ms */
            start_ms: number;
            /** Step Ms */
            step_ms: number;
        };
        /**
         * DeskWindow
         * @description The dense data of a span.
         */
        DeskWindow: {
            /** End Ms */
            end_ms: number;
            /** Images */
            images: components["schemas"]["DeskImage"][];
            /** Series */
            series: components["schemas"]["DeskSeries"][];
            /** Start Ms */
            start_ms: number;
            /** Tools */
            tools: components["schemas"]["DeskTool"][];
            /** Waves */
            waves: components["schemas"]["DeskWave"][];
        };
        /**
         * Device
         * @description One device with the proof of everything that is said about it.
         */
        Device: {
            /** Addresses */
            addresses: components["schemas"]["Address"][];
            /** Attributes */
            attributes: components["schemas"]["Attribute"][];
            /** Corrections */
            corrections: components["schemas"]["Correction"][];
            /** Criticality */
            criticality: string;
            /** Findings */
            findings: components["schemas"]["FindingRow"][];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Id */
            id: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /**
             * In Use Until
             * @description last sign of use heard, when there was one
             */
            in_use_until: string | null;
            /** Intervals */
            intervals: components["schemas"]["Interval"][];
            /** Label */
            label: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Names */
            names: {
                [key: string]: string[];
            };
            /** Outside */
            outside: boolean;
            /** Peers */
            peers: components["schemas"]["Peer"][];
            /** Services */
            services: components["schemas"]["Service"][];
            /** Type */
            type: string;
            type_words: components["schemas"]["Words"];
            zone: components["schemas"]["ZoneRef"] | null;
        };
        /**
         * DeviceClock
         * @description A device's own clock against the tap's: tap = device + offset, give or take the error.
         */
        DeviceClock: {
            device: components["schemas"]["DeviceRef"] | null;
            /** Drift Ppm */
            drift_ppm: number | null;
            /** Error Ms */
            error_ms: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "device" | "time_server";
            /** Offset Ms */
            offset_ms: number;
            /** Readings */
            readings: number;
            /** Source */
            source: string;
            /** Steps */
            steps: number;
            /** Vouches */
            vouches: boolean;
        };
        /** DevicePage */
        DevicePage: {
            /**
             * Inside
             * @description devices of the site, whatever the filter
             */
            inside: number;
            /** Items */
            items: components["schemas"]["DeviceRow"][];
            /** Offset */
            offset: number;
            /**
             * Outside
             * @description outside peers, whatever the filter
             */
            outside: number;
            /** Total */
            total: number;
            /** Types */
            types: components["schemas"]["Facet"][];
            /** Zones */
            zones: components["schemas"]["Facet"][];
        };
        /**
         * DeviceRef
         * @description A device named in passing.
         */
        DeviceRef: {
            /** Id */
            id: string;
            /**
             * Ip
             * @description '' when it has none
             */
            ip: string;
            /** Label */
            label: string;
            /** Outside */
            outside: boolean;
            /** Type */
            type: string;
            type_words: components["schemas"]["Words"];
            /** Zone */
            zone: string | null;
        };
        /**
         * DeviceRow
         * @description One line of the device list.
         */
        DeviceRow: {
            /** Category */
            category: string;
            /** Department */
            department: string;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Hostname */
            hostname: string;
            /** Id */
            id: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /** Ips */
            ips: string[];
            /** Label */
            label: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Macs */
            macs: string[];
            /** Manufacturer */
            manufacturer: string;
            /** Model */
            model: string;
            /** Open Findings */
            open_findings: number;
            /** Os */
            os: string;
            /** Outside */
            outside: boolean;
            /** Serial */
            serial: string;
            /** Services */
            services: string[];
            /** Software Version */
            software_version: string;
            /** Type */
            type: string;
            /** Type Confidence */
            type_confidence: number;
            type_words: components["schemas"]["Words"];
            worst: components["schemas"]["Severity"] | null;
            /** Zone */
            zone: string | null;
        };
        /** Disclosure */
        Disclosure: {
            /** Answers */
            answers: components["schemas"]["DisclosureAnswer"][];
            sheet: components["schemas"]["DisclosureSheet"];
        };
        /** DisclosureAnswer */
        DisclosureAnswer: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "" | "yes" | "no" | "n/a" | "note" | "unclear" | "text";
            /** Assessed */
            assessed: string;
            /** Key */
            key: string;
            /** Lines */
            lines: components["schemas"]["DutyLine"][];
            /** Note */
            note: string;
            /** Number */
            number: string;
            /** Open */
            open: boolean;
            /** Page */
            page: string;
            says: components["schemas"]["Words"];
            /** Text */
            text: string;
            /**
             * Word
             * @enum {string}
             */
            word: "contradicted" | "not_contradicted" | "unknown" | "person";
        };
        /**
         * DisclosureSheet
         * @description A maker's security sheet (MDS, SDS, MDS2), as far as it was answered and held against what was seen.
         */
        DisclosureSheet: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Contradicted */
            contradicted: number;
            /** Devices */
            devices: components["schemas"]["DeviceRef"][];
            /** Expected */
            expected: number;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "mds" | "sds" | "mds2";
            /** Maker */
            maker: string;
            /** Model */
            model: string;
            /** Na */
            na: number;
            /** Name */
            name: string;
            /** No */
            no: number;
            /** Open */
            open: number;
            /** Questions */
            questions: number;
            /** Unanswered */
            unanswered: number;
            /** Yes */
            yes: number;
        };
        /** DisclosureSheets */
        DisclosureSheets: {
            /** Sheets */
            sheets: components["schemas"]["DisclosureSheet"][];
        };
        /** Document */
        Document: {
            /** Answers */
            answers: number;
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
            /** Components */
            components: number;
            device: components["schemas"]["DeviceRef"] | null;
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "mds" | "sds" | "mds2" | "sbom" | "manual" | "contract" | "other";
            /** Manufacturer */
            manufacturer: string;
            /** Model */
            model: string;
            /** Name */
            name: string;
            /** Size */
            size: number;
        };
        /** Documents */
        Documents: {
            /** Items */
            items: components["schemas"]["Document"][];
        };
        /** Done */
        Done: {
            /** Id */
            id: string;
        };
        /** Draft */
        Draft: {
            /** Fields */
            fields: components["schemas"]["DraftField"][];
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
            note: components["schemas"]["Words"];
        };
        /** DraftField */
        DraftField: {
            /** Key */
            key: string;
            name: components["schemas"]["Words"];
            /** Source */
            source: string;
            value: components["schemas"]["Words"];
        };
        /**
         * DutyLine
         * @description One thing behind what the network says.
         */
        DutyLine: {
            device: components["schemas"]["DeviceRef"] | null;
            evidence: components["schemas"]["Evidence"] | null;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Label */
            label: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** What */
            what: string;
        };
        /** DutyReply */
        DutyReply: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "yes" | "no" | "na";
            /** Carried */
            carried: string;
            /** Check */
            check: number;
            /** Date */
            date: string;
            /** Note */
            note: string;
            /** Person */
            person: string;
            /** Target */
            target: string;
        };
        /**
         * DutyRow
         * @description One item of a checklist: what it asks, what the network says, what people answered.
         */
        DutyRow: {
            /** Amber */
            amber: boolean;
            /** Confirmed */
            confirmed: boolean;
            /** Count */
            count: number;
            /** Due */
            due: string;
            /** Guideline */
            guideline: string[];
            /** Id */
            id: string;
            /** Late */
            late: boolean;
            /** Lines */
            lines: components["schemas"]["DutyLine"][];
            needs: components["schemas"]["Words"];
            /** Note */
            note: string;
            /** Number */
            number: string;
            /** Replies */
            replies: components["schemas"]["DutyReply"][];
            says: components["schemas"]["Words"];
            /** Scope */
            scope: string;
            text: components["schemas"]["Words"];
            /**
             * Word
             * @enum {string}
             */
            word: "contradicted" | "not_contradicted" | "unknown" | "person";
        };
        /** DutySheet */
        DutySheet: {
            /** Amber */
            amber: number;
            /** Answered */
            answered: number;
            /**
             * Audience
             * @enum {string}
             */
            audience: "hospital" | "pharmacy" | "vendor";
            /** Checks */
            checks: number;
            /** Edition */
            edition: string;
            /** Editions */
            editions: components["schemas"]["Edition"][];
            /** Late */
            late: number;
            listened: components["schemas"]["Listened"];
            /** Rows */
            rows: components["schemas"]["DutyRow"][];
            /** Source */
            source: string;
            target_rule: components["schemas"]["Words"];
            title: components["schemas"]["Words"];
            /** Vendor */
            vendor: string;
        };
        /** Edition */
        Edition: {
            /** Id */
            id: string;
            /** Loaded */
            loaded: boolean;
            /** Needs Official File */
            needs_official_file: boolean;
            title: components["schemas"]["Words"];
            /** Year From */
            year_from: string;
        };
        /** EntryAsk */
        EntryAsk: {
            /**
             * Id
             * @default
             */
            id: string;
            /** Values */
            values: {
                [key: string]: string;
            };
        };
        /**
         * Evidence
         * @description A packet behind a claim.
         */
        Evidence: {
            /** Capture */
            capture: string;
            /** Offset */
            offset: number;
            /** Packet */
            packet: number;
        };
        /** Facet */
        Facet: {
            /** Count */
            count: number;
            /** Id */
            id: string;
        };
        /**
         * FileAsk
         * @description A file as base64; the largest that fits an honest question is some 700 kB.
         */
        FileAsk: {
            /** Content */
            content: string;
            /** Name */
            name: string;
        };
        /** Finding */
        Finding: {
            /** Confidence */
            confidence: number;
            /** Count */
            count: number;
            /** Decided At */
            decided_at: string | null;
            /** Decided By */
            decided_by: string;
            /** Detection */
            detection: string;
            /** Devices */
            devices: components["schemas"]["DeviceRef"][];
            /** Events */
            events: components["schemas"]["FindingEvent"][];
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Id */
            id: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Reason */
            reason: string;
            severity: components["schemas"]["Severity"];
            /**
             * Similar
             * @description others that wait and can be answered in one go
             */
            similar: components["schemas"]["FindingRow"][];
            status: components["schemas"]["Status"];
            /** Story */
            story: string;
            /** Story Findings */
            story_findings: components["schemas"]["FindingRow"][];
            texts: components["schemas"]["FindingTexts"];
            /** Until */
            until: string | null;
        };
        /** FindingEvent */
        FindingEvent: {
            after: components["schemas"]["Status"];
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            before: components["schemas"]["Status"] | null;
            /** By */
            by: string;
            /** Kind */
            kind: string;
            /** Reason */
            reason: string;
            /** Until */
            until: string | null;
        };
        /** FindingPage */
        FindingPage: {
            /** By Status */
            by_status: {
                [key: string]: number;
            };
            /** Items */
            items: components["schemas"]["FindingRow"][];
            /** Offset */
            offset: number;
            /** Total */
            total: number;
        };
        /** FindingRow */
        FindingRow: {
            /** Confidence */
            confidence: number;
            /** Count */
            count: number;
            /** Detection */
            detection: string;
            /** Devices */
            devices: components["schemas"]["DeviceRef"][];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Id */
            id: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            seen: components["schemas"]["Words"];
            severity: components["schemas"]["Severity"];
            status: components["schemas"]["Status"];
            /** Story */
            story: string;
            sure: components["schemas"]["Words"];
            title: components["schemas"]["Words"];
        };
        /**
         * FindingTexts
         * @description The story of a finding, as lists of plain sentences.
         */
        FindingTexts: {
            /** First Steps */
            first_steps: components["schemas"]["Words"][];
            /** Innocent */
            innocent: components["schemas"]["Words"][];
            /**
             * Needs
             * @description what would make the answer surer
             */
            needs: components["schemas"]["Words"][];
            seen: components["schemas"]["Words"];
            sure: components["schemas"]["Words"];
            title: components["schemas"]["Words"];
            why: components["schemas"]["Words"];
        };
        /**
         * FirstPassword
         * @description A first password, to be told once; the person changes it at the first sign-in.
         */
        FirstPassword: {
            /** Name */
            name: string;
            /** Password */
            password: string;
        };
        /** FormAccept */
        FormAccept: {
            /**
             * Audience
             * @default hospital
             * @enum {string}
             */
            audience: "hospital" | "pharmacy" | "vendor";
            /** Content */
            content: string;
            /** Dropped */
            dropped: string[];
            /** Edition */
            edition: string;
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Topics */
            topics: {
                [key: string]: string;
            };
            /** Year From */
            year_from: string;
        };
        /** FormAsk */
        FormAsk: {
            /**
             * Audience
             * @default hospital
             * @enum {string}
             */
            audience: "hospital" | "pharmacy" | "vendor";
            /** Content */
            content: string;
            /** Name */
            name: string;
        };
        /** FormRead */
        FormRead: {
            /** Rows */
            rows: components["schemas"]["FormRow"][];
            /** Title */
            title: string;
            /** Topics */
            topics: string[];
        };
        /**
         * FormRow
         * @description One row of an official form as it was read.
         */
        FormRow: {
            /** Doubts */
            doubts: ("no_number" | "no_answer_cell" | "short" | "twice" | "topic")[];
            /** Key */
            key: string;
            /** Likeness */
            likeness: number;
            /** Number */
            number: string;
            /** Old */
            old: string;
            /** Text */
            text: string;
            /** Topic */
            topic: string;
        };
        /**
         * Group
         * @description Unknown devices that are alike in everything that tells kinds apart.
         */
        Group: {
            /** Count */
            count: number;
            /** Id */
            id: string;
            /**
             * Members
             * @description at most 20
             */
            members: components["schemas"]["DeviceRef"][];
            /** Shared */
            shared: components["schemas"]["SharedClue"][];
            teachable: components["schemas"]["SharedClue"] | null;
        };
        /** GroupAsk */
        GroupAsk: {
            /**
             * Department
             * @default
             */
            department: string;
            /**
             * Manufacturer
             * @default
             */
            manufacturer: string;
            /**
             * Model
             * @default
             */
            model: string;
            /** Reason */
            reason: string;
            /**
             * Teach
             * @default false
             */
            teach: boolean;
            /**
             * Type
             * @default
             */
            type: string;
        };
        /** Groups */
        Groups: {
            /**
             * Alone
             * @description unknown devices like no other
             */
            alone: number;
            /** Items */
            items: components["schemas"]["Group"][];
        };
        /** HabitAsk */
        HabitAsk: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "peer" | "outside" | "service";
            /** Reason */
            reason: string;
            /** Usual */
            usual: boolean;
            /** Value */
            value: string;
        };
        /**
         * HabitLine
         * @description One thing that the device does, or that is done to it, or of which a person spoke.
         */
        HabitLine: {
            /** At */
            at: string | null;
            /** By */
            by: string;
            /**
             * Days
             * @description different days on which it was heard
             */
            days: number;
            /**
             * Device
             * @description whether `value` is a device of the inventory
             */
            device: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "peer" | "outside" | "service";
            /** Label */
            label: string;
            /** Last */
            last: string | null;
            /** Reason */
            reason: string;
            /**
             * Sent Bytes
             * @description sent by the device on a middle day
             */
            sent_bytes: number;
            /** Services */
            services: string[];
            /**
             * Standing
             * @enum {string}
             */
            standing: "learnt" | "seldom" | "said_usual" | "said_unusual";
            /**
             * Value
             * @description id of the peer, registered part of a name outside, or service
             */
            value: string;
            /**
             * Way
             * @enum {string}
             */
            way: "asks" | "answers" | "unheard";
            /**
             * Word
             * @description id of the person's word, '' where nobody spoke
             */
            word: string;
        };
        /**
         * Habits
         * @description What is usual for one device. A habit needs three different days; a person's word stands above it.
         */
        Habits: {
            /**
             * Class Peers
             * @description device types that are usual for its class from the first minute
             */
            class_peers: string[];
            /**
             * Days
             * @description days on which the device was heard to talk, of the last 90
             */
            days: number;
            /** Device */
            device: string;
            /**
             * Hours
             * @description 24 numbers: how often it talked in each hour of the day
             */
            hours: number[];
            /** Left Out */
            left_out: number;
            /** Lines */
            lines: components["schemas"]["HabitLine"][];
        };
        /** Health */
        Health: {
            /** Audit Entries */
            audit_entries: number;
            /** Audit Ok */
            audit_ok: boolean;
            /** Audit Problem */
            audit_problem: string;
            /** Captures */
            captures: number;
            /** Database */
            database: boolean;
            /** Ok */
            ok: boolean;
            /** Site */
            site: string;
            /** Version */
            version: string;
        };
        /**
         * Hold
         * @description Days that must stay.
         */
        Hold: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
            /** First */
            first: string;
            /** Id */
            id: string;
            /**
             * Incident
             * @description of an incident: it stays by itself
             */
            incident: boolean;
            /** Last */
            last: string;
            /** Reason */
            reason: string;
        };
        /** HoldAsk */
        HoldAsk: {
            /** First */
            first: string;
            /** Last */
            last: string;
            /** Reason */
            reason: string;
        };
        /** Incident */
        Incident: {
            /** By */
            by: string;
            /** Closed At */
            closed_at: string | null;
            /** Deadlines */
            deadlines: components["schemas"]["ReportDeadline"][];
            /** Drafts */
            drafts: components["schemas"]["Draft"][];
            /** Fallback */
            fallback: components["schemas"]["Words"][];
            /** Findings */
            findings: string[];
            /** Id */
            id: string;
            /** In Use */
            in_use: components["schemas"]["UsedDevice"][];
            /**
             * Known At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            known_at: string;
            /**
             * Now
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            now: string;
            /** Phases */
            phases: components["schemas"]["IncidentPhase"][];
            /** Range */
            range: components["schemas"]["KnownFact"][];
            /** Roles */
            roles: components["schemas"]["IncidentRole"][];
            /** Steps */
            steps: components["schemas"]["ContainStep"][];
            /** Timeline */
            timeline: components["schemas"]["IncidentLine"][];
            /** Title */
            title: string;
        };
        /** IncidentAsk */
        IncidentAsk: {
            /**
             * Finding
             * @default
             */
            finding: string;
            /**
             * Person
             * @default
             */
            person: string;
            /**
             * Symptom
             * @default
             */
            symptom: string;
            /**
             * Words
             * @default
             */
            words: string;
        };
        /** IncidentHome */
        IncidentHome: {
            /** Closed */
            closed: components["schemas"]["IncidentRow"][];
            /** Open */
            open: components["schemas"]["IncidentRow"][];
            /** Symptoms */
            symptoms: components["schemas"]["Symptom"][];
        };
        /** IncidentLine */
        IncidentLine: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
            /**
             * Clock
             * @enum {string}
             */
            clock: "tap" | "people";
            /** Finding */
            finding: string;
            /** Kind */
            kind: string;
            /** Text */
            text: string;
            what: components["schemas"]["Words"];
        };
        /** IncidentPhase */
        IncidentPhase: {
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
            /** Tasks */
            tasks: components["schemas"]["IncidentTask"][];
        };
        /** IncidentRole */
        IncidentRole: {
            does: components["schemas"]["Words"];
            /** Held By */
            held_by: string;
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
        };
        /** IncidentRow */
        IncidentRow: {
            /** By */
            by: string;
            /** Closed At */
            closed_at: string | null;
            /** Id */
            id: string;
            /**
             * Known At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            known_at: string;
            /** Title */
            title: string;
        };
        /** IncidentTask */
        IncidentTask: {
            /** Done At */
            done_at: string | null;
            /** Done By */
            done_by: string;
            /** Id */
            id: string;
            /** Place */
            place: string;
            role: components["schemas"]["Words"];
            text: components["schemas"]["Words"];
        };
        /** IndicatorList */
        IndicatorList: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
            /** Entries */
            entries: number;
            /** Findings */
            findings: string[];
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Skipped
             * @description reason -> entries that could not be used
             */
            skipped: {
                [key: string]: number;
            };
        };
        /** IndicatorLists */
        IndicatorLists: {
            /** Lists */
            lists: components["schemas"]["IndicatorList"][];
        };
        /** IndicatorsAsk */
        IndicatorsAsk: {
            /** Name */
            name: string;
            /** Text */
            text: string;
        };
        /**
         * Interval
         * @description A device was in use on a patient, as far as the tap heard.
         */
        Interval: {
            device: components["schemas"]["DeviceRef"] | null;
            /**
             * End
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            end: string;
            evidence: components["schemas"]["Evidence"] | null;
            /** Location */
            location: string;
            /**
             * Patient
             * @description pseudonym, or ''
             */
            patient: string;
            /**
             * Start
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            start: string;
            /** Why */
            why: string;
        };
        /** KeepQuestion */
        KeepQuestion: {
            /** Name */
            name: string;
            /** Sql */
            sql: string;
        };
        /**
         * Kept
         * @description What Hinomi keeps of one kind, and how much room it takes.
         */
        Kept: {
            /** Bytes */
            bytes: number;
            /** In Backup */
            in_backup: boolean;
            /**
             * What
             * @enum {string}
             */
            what: "records" | "packets" | "theatre" | "state" | "documents";
        };
        /** KeptQuestion */
        KeptQuestion: {
            /** By */
            by: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Sql */
            sql: string;
        };
        /** KeptQuestions */
        KeptQuestions: {
            /** Items */
            items: components["schemas"]["KeptQuestion"][];
        };
        /**
         * KeptReports
         * @description Reports that make themselves, and those that were made; the newest first.
         */
        KeptReports: {
            /** Files */
            files: string[];
            /** Schedules */
            schedules: components["schemas"]["ReportSchedule"][];
        };
        /** KindWords */
        KindWords: {
            /** Clinical */
            clinical: boolean;
            /** Id */
            id: string;
            words: components["schemas"]["Words"];
        };
        /** KnownFact */
        KnownFact: {
            name: components["schemas"]["Words"];
            /** Source */
            source: string;
            value: components["schemas"]["Words"];
        };
        /** Layer */
        Layer: {
            /** Fields */
            fields: components["schemas"]["LayerField"][];
            /** Length */
            length: number;
            /** Name */
            name: string;
            /** Start */
            start: number;
        };
        /** LayerField */
        LayerField: {
            /** Name */
            name: string;
            /** Value */
            value: string;
        };
        /** Lease */
        Lease: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Hostname */
            hostname: string;
            /** Ip */
            ip: string;
            /** Mac */
            mac: string;
            /** Server */
            server: string;
            /** Until */
            until: string | null;
        };
        /** LedgerColumn */
        LedgerColumn: {
            /** Examples */
            examples: string[];
            /**
             * Field
             * @description what it was taken for; '' when it was not recognised
             */
            field: string;
            /** Heading */
            heading: string;
            /** Index */
            index: number;
            /** Sure */
            sure: number;
        };
        /** LedgerDifference */
        LedgerDifference: {
            /** Field */
            field: string;
            /** Ledger */
            ledger: string;
            /**
             * Likelier
             * @enum {string}
             */
            likelier: "ledger" | "network" | "unclear";
            /** Network */
            network: string;
            why: components["schemas"]["Words"];
            words: components["schemas"]["Words"];
        };
        /** LedgerField */
        LedgerField: {
            /** Id */
            id: string;
            words: components["schemas"]["Words"];
        };
        /** LedgerHit */
        LedgerHit: {
            /** Asset Number */
            asset_number: string;
            /** Differences */
            differences: number;
            /** Name */
            name: string;
            /** Number */
            number: number;
            why: components["schemas"]["Words"];
        };
        /**
         * LedgerLine
         * @description One line of a list: a row, a device, or both.
         */
        LedgerLine: {
            device: components["schemas"]["DeviceRef"] | null;
            /** Differences */
            differences: components["schemas"]["LedgerDifference"][];
            /** Hearing */
            hearing: ("heard" | "not_heard" | "unknown") | null;
            /** Last */
            last: string | null;
            /**
             * Link
             * @description id of the person's link, '' when a program matched them
             * @default
             */
            link: string;
            /**
             * Manufacturer
             * @default
             */
            manufacturer: string;
            /** Maybe */
            maybe: components["schemas"]["DeviceRef"][];
            /**
             * Model
             * @default
             */
            model: string;
            row: components["schemas"]["LedgerRow"] | null;
            /**
             * Serial
             * @default
             */
            serial: string;
            /**
             * Sure
             * @default 0
             */
            sure: number;
            why: components["schemas"]["Words"] | null;
        };
        /** LedgerLinkAsk */
        LedgerLinkAsk: {
            /** Device */
            device: string;
            /** Reason */
            reason: string;
            /** Row */
            row: number;
        };
        /**
         * LedgerNow
         * @description The ledger in force and the sums of holding it against the network.
         */
        LedgerNow: {
            /** At */
            at: string | null;
            /**
             * By
             * @default
             */
            by: string;
            /**
             * Differs
             * @default 0
             */
            differs: number;
            /** Loaded */
            loaded: boolean;
            /**
             * Matched
             * @default 0
             */
            matched: number;
            /**
             * Name
             * @default
             */
            name: string;
            /** Notes */
            notes: components["schemas"]["Words"][];
            /**
             * Rows
             * @default 0
             */
            rows: number;
            /**
             * Unlisted
             * @default 0
             */
            unlisted: number;
            /**
             * Unseen
             * @default 0
             */
            unseen: number;
            /**
             * Unseen Heard
             * @description of `unseen`, those in a network that the tap heard
             * @default 0
             */
            unseen_heard: number;
        };
        /** LedgerPage */
        LedgerPage: {
            /** Items */
            items: components["schemas"]["LedgerLine"][];
            /** Offset */
            offset: number;
            /** Total */
            total: number;
            /**
             * Which
             * @enum {string}
             */
            which: "unlisted" | "unseen" | "differs" | "matched";
        };
        /**
         * LedgerReading
         * @description How a ledger file was understood; nothing is kept yet.
         */
        LedgerReading: {
            /** Columns */
            columns: components["schemas"]["LedgerColumn"][];
            /** Fields */
            fields: components["schemas"]["LedgerField"][];
            /** Header Row */
            header_row: number;
            /** Name */
            name: string;
            /** Notes */
            notes: components["schemas"]["Words"][];
            /** Rows */
            rows: number;
        };
        /** LedgerRow */
        LedgerRow: {
            /** Asset Number */
            asset_number: string;
            /** Department */
            department: string;
            /** Ip */
            ip: string;
            /** Location */
            location: string;
            /** Manufacturer */
            manufacturer: string;
            /** Model */
            model: string;
            /** Name */
            name: string;
            /** Number */
            number: number;
            /** Serial */
            serial: string;
        };
        /** LineAsk */
        LineAsk: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "decision" | "task" | "report" | "role" | "note" | "fact" | "closed";
            /**
             * Person
             * @default
             */
            person: string;
            /**
             * Ref
             * @default
             */
            ref: string;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /** LinkAnswer */
        LinkAnswer: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "yes" | "no" | "na";
            /**
             * Date
             * @default
             */
            date: string;
            /** Item */
            item: string;
            /**
             * Note
             * @default
             */
            note: string;
            /**
             * Target
             * @default
             */
            target: string;
        };
        /** LinkAnswers */
        LinkAnswers: {
            /** Answers */
            answers: components["schemas"]["LinkAnswer"][];
            /** Person */
            person: string;
            /**
             * Remote
             * @default unknown
             * @enum {string}
             */
            remote: "yes" | "no" | "unknown";
            /**
             * Remote How
             * @default
             */
            remote_how: string;
            /** Word */
            word: string;
        };
        /** LinkAsk */
        LinkAsk: {
            /** Word */
            word: string;
        };
        /** LinkItem */
        LinkItem: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "" | "yes" | "no" | "na";
            /** Id */
            id: string;
            /** Note */
            note: string;
            /** Number */
            number: string;
            /** Scope */
            scope: string;
            /** Target */
            target: string;
            text: components["schemas"]["Words"];
        };
        /**
         * LinkSheet
         * @description What a vendor sees by its link: its own sheet, and nothing of others or of the network.
         */
        LinkSheet: {
            /** Items */
            items: components["schemas"]["LinkItem"][];
            /**
             * Remote
             * @enum {string}
             */
            remote: "yes" | "no" | "unknown";
            /** Remote How */
            remote_how: string;
            /** Sent */
            sent: number;
            /** Site */
            site: string;
            /** System */
            system: string;
            title: components["schemas"]["Words"];
            /**
             * Until
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            until: string;
            /** Vendor */
            vendor: string;
        };
        /**
         * Listened
         * @description Nothing that is said goes beyond this.
         */
        Listened: {
            /** Both */
            both: number;
            /** First */
            first: string | null;
            /** Hours */
            hours: number;
            /** Last */
            last: string | null;
            /** One Way */
            one_way: number;
        };
        /**
         * Listening
         * @description A session that listens now.
         */
        Listening: {
            /**
             * Card
             * @description lost by the card or its driver, as it counts itself
             */
            card: number;
            /**
             * Drops
             * @description packets lost before anybody took them: `ring`, `card` and `unreadable` together
             */
            drops: number;
            /** Interfaces */
            interfaces: string[];
            /**
             * Left Out
             * @description rows that devices and findings were worked out without, at their limits
             */
            left_out: number;
            /** Newest */
            newest: string | null;
            /**
             * Not Kept
             * @description bytes of raw packets given up as evidence because the disk was too slow
             */
            not_kept: number;
            /** Packets */
            packets: number;
            /**
             * Quiet
             * @description nothing has come in for a minute
             */
            quiet: boolean;
            /**
             * Ring
             * @description lost because the receive ring had no room
             */
            ring: number;
            /**
             * Sent
             * @description packets this machine sent on these interfaces; must be 0
             */
            sent: number;
            /**
             * Silent
             * @description it has not reported for ten seconds
             */
            silent: boolean;
            /**
             * Since
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            since: string;
            /**
             * Unreadable
             * @description lost because the ring's block could not be read
             */
            unreadable: number;
            /**
             * Waiting
             * @description in the ring, not yet taken
             */
            waiting: number;
        };
        /**
         * ListenPlace
         * @description An Ethernet interface of this machine, and how to listen on it.
         */
        ListenPlace: {
            /**
             * Listen
             * @description the command that listens
             */
            listen: string;
            /** Name */
            name: string;
            /**
             * Prepare
             * @description the command that prepares it, once
             */
            prepare: string;
            /** @description what forbids it until it is prepared; null: it is prepared */
            why_not: components["schemas"]["Words"] | null;
        };
        /**
         * ManyAsk
         * @description The same words on many devices. What is empty stays as it is.
         */
        ManyAsk: {
            /**
             * Department
             * @default
             */
            department: string;
            /** Devices */
            devices: string[];
            /**
             * Location
             * @default
             */
            location: string;
            /**
             * Owner
             * @default
             */
            owner: string;
            /** Reason */
            reason: string;
        };
        /** Map */
        Map: {
            /** Conduits */
            conduits: components["schemas"]["Conduit"][];
            /** First */
            first: string | null;
            /** Last */
            last: string | null;
            /** Zones */
            zones: components["schemas"]["MapZone"][];
        };
        /**
         * MapDevices
         * @description Every device as a dot: columns, because they are tens of thousands.
         */
        MapDevices: {
            /** Ids */
            ids: string[];
            /** Labels */
            labels: string[];
            /** Left Out */
            left_out: number;
            /**
             * Place
             * @description for each device, which of `zones`
             */
            place: number[];
            /**
             * States
             * @description 0: of a known kind, 1: of an unknown kind, 2: a finding waits
             */
            states: number[];
            /** Zones */
            zones: string[];
        };
        /**
         * MapDifference
         * @description What was heard on one of two days and not on the other. What is gone was not heard; it may be silent.
         */
        MapDifference: {
            after: components["schemas"]["MapTime"];
            before: components["schemas"]["MapTime"];
            /** Conduits */
            conduits: components["schemas"]["ConduitChange"][];
            /** Conduits Left Out */
            conduits_left_out: number;
            /** Devices Gone */
            devices_gone: components["schemas"]["DeviceRef"][];
            /** Devices Gone Total */
            devices_gone_total: number;
            /** Devices New */
            devices_new: components["schemas"]["DeviceRef"][];
            /** Devices New Total */
            devices_new_total: number;
            /** Talks Gone */
            talks_gone: components["schemas"]["Conversation"][];
            /** Talks Gone Total */
            talks_gone_total: number;
            /** Talks New */
            talks_new: components["schemas"]["Conversation"][];
            /** Talks New Total */
            talks_new_total: number;
        };
        /** MapHeard */
        MapHeard: {
            /** Devices */
            devices: number;
            /** Id */
            id: string;
        };
        /**
         * MapPart
         * @description The map of some hours.
         */
        MapPart: {
            /** Conduits */
            conduits: components["schemas"]["Conduit"][];
            /** Conduits Left Out */
            conduits_left_out: number;
            /**
             * Zones
             * @description devices that were heard then; a zone of which none was is left out
             */
            zones: components["schemas"]["MapHeard"][];
        };
        /**
         * MapTime
         * @description One hour, or one day on the site's clock.
         */
        MapTime: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Bytes */
            bytes: number;
            /**
             * Day
             * @description YYYY-MM-DD on the site's clock
             */
            day: string;
            /**
             * End
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            end: string;
            /** Flows */
            flows: number;
            /**
             * Hours
             * @description hours of it in which the tap listened
             */
            hours: number;
        };
        /** MapTimes */
        MapTimes: {
            /**
             * Items
             * @description oldest first, without holes: where nobody listened, `hours` is 0
             */
            items: components["schemas"]["MapTime"][];
            /**
             * Left Out
             * @description older ones beyond the limit
             */
            left_out: number;
        };
        /** MapZone */
        MapZone: {
            /** By Person */
            by_person: boolean;
            /** Devices */
            devices: number;
            /** Findings */
            findings: number;
            /** Id */
            id: string;
            /** In Use */
            in_use: number;
            /** Kind */
            kind: string;
            name: components["schemas"]["Words"];
            /** Outside */
            outside: boolean;
            /** Unknown */
            unknown: number;
        };
        /**
         * Me
         * @description Who asks, and what is open to them. Without sign-in (`guarded` false) it is the operator of this machine.
         */
        Me: {
            /** Guarded */
            guarded: boolean;
            /**
             * Name
             * @default
             */
            name: string;
            /**
             * Oidc
             * @description The hospital's own sign-in service can be used
             * @default false
             */
            oidc: boolean;
            /**
             * Oidc Name
             * @default
             */
            oidc_name: string;
            /**
             * Passkeys
             * @description Passkeys work at the address by which this was asked
             * @default false
             */
            passkeys: boolean;
            /**
             * Rights
             * @default []
             */
            rights: string[];
            /**
             * Role
             * @default
             */
            role: string;
            /**
             * Second Factor
             * @default false
             */
            second_factor: boolean;
            /**
             * Shown
             * @default
             */
            shown: string;
            /** Signed In */
            signed_in: boolean;
            /**
             * Todo
             * @default []
             */
            todo: ("password" | "second_factor")[];
        };
        /** MergeAsk */
        MergeAsk: {
            /**
             * Other
             * @description id of the device that is the same one
             */
            other: string;
            /** Reason */
            reason: string;
        };
        /** NoticeRow */
        NoticeRow: {
            /**
             * At
             * Format: date-time
             * @description when it went, or is due
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Attempts */
            attempts: number;
            /** Channel */
            channel: string;
            /** Error */
            error: string;
            /** Finding */
            finding: string;
            /** Kind */
            kind: string;
            /** Seq */
            seq: number;
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "sent" | "given_up" | "not_needed";
        };
        /** Notices */
        Notices: {
            /** Channels */
            channels: components["schemas"]["NotifyChannel"][];
            /**
             * Counts
             * @description notices by state; `lost` over the limit of the queue
             */
            counts: {
                [key: string]: number;
            };
            /** Newest */
            newest: components["schemas"]["NoticeRow"][];
        };
        /** NotifyChannel */
        NotifyChannel: {
            /** After Min */
            after_min: number;
            /** By */
            by: string;
            /** Form */
            form: string;
            /** Has Secret */
            has_secret: boolean;
            /** Host */
            host: string;
            /** Id */
            id: string;
            /** Lang */
            lang: string;
            /** Name */
            name: string;
            /** Port */
            port: number;
            /** Proto */
            proto: string;
            quiet_but: components["schemas"]["Severity"];
            /** Quiet End */
            quiet_end: string;
            /** Quiet Start */
            quiet_start: string;
            /** Sender */
            sender: string;
            severity: components["schemas"]["Severity"];
            /** Tls */
            tls: string;
            /** To */
            to: string[];
            /** Type */
            type: string;
            /** Url */
            url: string;
            /** User */
            user: string;
        };
        /**
         * Observed
         * @description What the network saw of a registered row.
         */
        Observed: {
            evidence: components["schemas"]["Evidence"] | null;
            /** Id */
            id: string;
            reached: components["schemas"]["Words"];
            seen: components["schemas"]["Words"];
            /**
             * Word
             * @enum {string}
             */
            word: "contradicted" | "seen" | "unknown";
        };
        /**
         * OidcAnswer
         * @description What the sign-in service sent back with the browser.
         */
        OidcAnswer: {
            /** Code */
            code: string;
            /**
             * Iss
             * @default
             */
            iss: string;
            /** State */
            state: string;
        };
        /**
         * OidcWay
         * @description Where the browser goes.
         */
        OidcWay: {
            /** Address */
            address: string;
        };
        /** Outside */
        Outside: {
            /** Contacts */
            contacts: number;
            /**
             * Contacts Left Out
             * @description the smallest ones, over the limit of this answer
             */
            contacts_left_out: number;
            /**
             * Countries
             * @description bytes from the hospital per country; '' for unknown
             */
            countries: {
                [key: string]: number;
            };
            /**
             * Owners Known
             * @description False: no file of network owners lies in the home
             */
            owners_known: boolean;
            /**
             * Profiles Unseen
             * @description connections of hospitals that were not heard here
             */
            profiles_unseen: components["schemas"]["Profile"][];
            /**
             * Shelves
             * @description the unknown first, then by volume
             */
            shelves: components["schemas"]["OutsideShelf"][];
        };
        /**
         * OutsideContact
         * @description All talk with one destination beyond the hospital.
         */
        OutsideContact: {
            /** Addresses */
            addresses: string[];
            /** Addresses Total */
            addresses_total: number;
            /** Answered */
            answered: number;
            /** Bytes Down */
            bytes_down: number;
            /**
             * Bytes Up
             * @description from the hospital
             */
            bytes_up: number;
            /** Category */
            category: string;
            category_words: components["schemas"]["Words"];
            /**
             * Countries
             * @description ISO 3166-1 codes under which the addresses were given out
             */
            countries: string[];
            /**
             * Devices
             * @description devices inside, those with the most volume first
             */
            devices: components["schemas"]["DeviceRef"][];
            /** Devices Total */
            devices_total: number;
            /** Findings */
            findings: string[];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Flows */
            flows: number;
            /**
             * Inward
             * @description the outside opened some of it
             */
            inward: boolean;
            /** Key */
            key: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Names */
            names: string[];
            /** Names Total */
            names_total: number;
            /**
             * New
             * @description first heard within the last day that was heard
             */
            new: boolean;
            /**
             * Not As Profile
             * @description devices of a kind that the profile does not name
             */
            not_as_profile: components["schemas"]["DeviceRef"][];
            /**
             * Odd Services
             * @description services that the profile does not name
             */
            odd_services: string[];
            /**
             * Owners
             * @description owners of the networks, where a file of the home says so
             */
            owners: string[];
            profile: components["schemas"]["Profile"] | null;
            /** Services */
            services: string[];
        };
        /**
         * OutsideShelf
         * @description Contacts of one purpose.
         */
        OutsideShelf: {
            /** Bytes Down */
            bytes_down: number;
            /** Bytes Up */
            bytes_up: number;
            /** Category */
            category: string;
            /** Contacts */
            contacts: components["schemas"]["OutsideContact"][];
            words: components["schemas"]["Words"];
        };
        /**
         * Overview
         * @description Today: what needs a person, what is quiet, what the tap could hear.
         */
        Overview: {
            /** Captures */
            captures: number;
            /** Devices */
            devices: number;
            /** Drops */
            drops: number;
            /**
             * Empty
             * @description nothing was read yet
             */
            empty: boolean;
            /** Heard From */
            heard_from: string | null;
            /** Heard To */
            heard_to: string | null;
            /** In Use */
            in_use: number;
            /** Incomplete */
            incomplete: number;
            /** @description null: no interface is listened to now */
            listening: components["schemas"]["Listening"] | null;
            /** Needs */
            needs: components["schemas"]["FindingRow"][];
            /** Needs Total */
            needs_total: number;
            /**
             * Nothing
             * @description subnets of which nothing was heard
             */
            nothing: number;
            /**
             * One Way
             * @description subnets heard in one direction only
             */
            one_way: number;
            /** Outside */
            outside: number;
            /**
             * Places
             * @description where one could listen; told only as long as nothing was read
             */
            places: components["schemas"]["ListenPlace"][];
            /** Quiet */
            quiet: components["schemas"]["Quiet"][];
            /** Unknown Type */
            unknown_type: number;
            /** Zones */
            zones: components["schemas"]["ZoneNow"][];
        };
        /**
         * Packet
         * @description A packet's headers. The payload is not here: it needs a reason.
         */
        Packet: {
            /**
             * About Patient
             * @description a record made from this packet concerns a patient
             */
            about_patient: boolean;
            /** Capture */
            capture: string;
            /** Captured */
            captured: number;
            /** Header Bytes */
            header_bytes: number;
            /** Header Hex */
            header_hex: string;
            /** Layers */
            layers: components["schemas"]["Layer"][];
            /** Length */
            length: number;
            /** Offset */
            offset: number;
            /** Packet */
            packet: number;
            /** Payload Bytes */
            payload_bytes: number;
            /**
             * Said
             * @description what Hinomi read in it, already without patient identifiers
             */
            said: string[];
            /** Time */
            time: string | null;
        };
        /** Passkey */
        Passkey: {
            /**
             * Alone
             * @description It checks its person, so that no password is needed
             */
            alone: boolean;
            /** At */
            at: number;
            /** Id */
            id: string;
            /** Label */
            label: string;
            /**
             * Place
             * @description Name of Hinomi under which it works
             */
            place: string;
            /** Synced */
            synced: boolean;
            /**
             * Used
             * @description 0: never
             */
            used: number;
        };
        /** PasskeyAnswer */
        PasskeyAnswer: {
            credential: components["schemas"]["PasskeyCredential"];
            /** Id */
            id: string;
        };
        /**
         * PasskeyAsked
         * @description What the page hands to the browser, and the id under which the answer is awaited.
         */
        PasskeyAsked: {
            /** Id */
            id: string;
            /** Options */
            options: {
                [key: string]: unknown;
            };
        };
        /**
         * PasskeyBegin
         * @description Nothing: a passkey shall be enough. Name and password: it shall be the second factor behind them.
         */
        PasskeyBegin: {
            /**
             * Name
             * @default
             */
            name: string;
            /**
             * Password
             * Format: password
             * @default
             */
            password: string;
        };
        /** PasskeyCredential */
        PasskeyCredential: {
            /** Id */
            id: string;
            /** Rawid */
            rawId: string;
            response: components["schemas"]["PasskeyResponse"];
            /**
             * Type
             * @constant
             */
            type: "public-key";
        };
        /** PasskeyLabel */
        PasskeyLabel: {
            /** Label */
            label: string;
        };
        /** PasskeyNew */
        PasskeyNew: {
            credential: components["schemas"]["PasskeyCredential"];
            /** Id */
            id: string;
            /**
             * Label
             * @default
             */
            label: string;
        };
        /**
         * PasskeyResponse
         * @description Bytes are base64url, as the browser gives them.
         */
        PasskeyResponse: {
            /**
             * Attestationobject
             * @default
             */
            attestationObject: string;
            /**
             * Authenticatordata
             * @default
             */
            authenticatorData: string;
            /** Clientdatajson */
            clientDataJSON: string;
            /**
             * Signature
             * @default
             */
            signature: string;
            /**
             * Transports
             * @default []
             */
            transports: string[];
            /** Userhandle */
            userHandle?: string | null;
        };
        /** PasswordAsk */
        PasswordAsk: {
            /**
             * New
             * Format: password
             */
            new: string;
            /**
             * Old
             * Format: password
             */
            old: string;
        };
        /** Payload */
        Payload: {
            /** Hex */
            hex: string;
            /** Length */
            length: number;
            /** Start */
            start: number;
        };
        /** PayloadAsk */
        PayloadAsk: {
            /** Reason */
            reason: string;
        };
        /**
         * Peer
         * @description What a device exchanged with one other, over the whole time that was read.
         */
        Peer: {
            /** Answered */
            answered: number;
            /** Bytes In */
            bytes_in: number;
            /** Bytes Out */
            bytes_out: number;
            device: components["schemas"]["DeviceRef"];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Flows */
            flows: number;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /**
             * Role
             * @enum {string}
             */
            role: "client" | "server" | "both";
            /** Services */
            services: string[];
        };
        /** People */
        People: {
            /** People */
            people: components["schemas"]["Person"][];
            /** Roles */
            roles: string[];
        };
        /** Person */
        Person: {
            /** At */
            at: number;
            /** By */
            by: string;
            /** Disabled */
            disabled: boolean;
            /** First Password */
            first_password: boolean;
            /** Name */
            name: string;
            /** Role */
            role: string;
            /** Second Factor */
            second_factor: boolean;
            /** Shown */
            shown: string;
        };
        /** PersonAsk */
        PersonAsk: {
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "clinical_engineer" | "security_officer" | "auditor" | "administrator";
            /**
             * Shown
             * @default
             */
            shown: string;
        };
        /** PlaceLoaded */
        PlaceLoaded: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "lease" | "switch";
            /**
             * Known
             * @description of the rows, those whose hardware address a device holds
             */
            known: number;
            /** Rows */
            rows: number;
            /** Source */
            source: string;
        };
        /** PlacesNow */
        PlacesNow: {
            /** Sources */
            sources: components["schemas"]["PlaceSource"][];
        };
        /**
         * PlaceSource
         * @description One switch or server that told something.
         */
        PlaceSource: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "lease" | "switch";
            /** Rows */
            rows: number;
            /** Source */
            source: string;
        };
        /** Policy */
        Policy: {
            /** Lines */
            lines: components["schemas"]["PolicyLine"][];
            /** Lines Left Out */
            lines_left_out: number;
            /** On */
            on: boolean;
            /**
             * Would Ring
             * @description what the approved conduits would have rung for
             */
            would_ring: components["schemas"]["WouldRing"][];
            /** Would Ring Total */
            would_ring_total: number;
        };
        /**
         * PolicyConduit
         * @description Traffic of one kind from one zone to another. `external` is everything beyond the hospital.
         */
        PolicyConduit: {
            /**
             * Port
             * @description 0: any
             */
            port: number;
            /** Proto */
            proto: string;
            /**
             * Service
             * @description '' where only the port is known
             */
            service: string;
            /** Source */
            source: string;
            /** Target */
            target: string;
        };
        /** PolicyLine */
        PolicyLine: {
            /** At */
            at: string | null;
            /** By */
            by: string;
            conduit: components["schemas"]["PolicyConduit"];
            /**
             * Id
             * @description '' while nobody approved it
             */
            id: string;
            /**
             * Proposed
             * @description nothing speaks against it: both zones known, no finding about it, inside
             */
            proposed: boolean;
            /** Reason */
            reason: string;
            /** @description null: approved, and not heard */
            seen: components["schemas"]["PolicySeen"] | null;
        };
        /** PolicySeen */
        PolicySeen: {
            /** Clients */
            clients: components["schemas"]["DeviceRef"][];
            /** Clients Total */
            clients_total: number;
            /** Days */
            days: number;
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /** First */
            first: string | null;
            /**
             * Hours
             * @description pairs of devices and hours in which it was heard
             */
            hours: number;
            /** Last */
            last: string | null;
            /** Servers */
            servers: components["schemas"]["DeviceRef"][];
            /** Servers Total */
            servers_total: number;
        };
        /** PolicyText */
        PolicyText: {
            /** Form */
            form: string;
            /** Text */
            text: string;
        };
        /**
         * Problem
         * @description RFC 9457 problem: one sentence, and what to do about it.
         */
        Problem: {
            /**
             * Hint
             * @default
             */
            hint: string;
            /**
             * Hint Ja
             * @default
             */
            hint_ja: string;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /**
             * Title Ja
             * @default
             */
            title_ja: string;
            /**
             * Type
             * @default about:blank
             */
            type: string;
        };
        /**
         * Profile
         * @description A known destination: what it is for, and who uses it.
         */
        Profile: {
            /** Id */
            id: string;
            /**
             * Look
             * @description True: a person should compare it with the contract
             */
            look: boolean;
            name: components["schemas"]["Words"] | null;
            /** Owner */
            owner: string;
            purpose: components["schemas"]["Words"] | null;
            /** Source */
            source: string;
            /** Standard */
            standard: string;
        };
        /** Question */
        Question: {
            /** Sql */
            sql: string;
        };
        /**
         * Quiet
         * @description Something that was looked for and not found, and since when it was listened to.
         */
        Quiet: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "contradicted" | "not_contradicted" | "unknown" | "person";
            /**
             * Decided
             * @description findings of this kind that a person has already dealt with
             */
            decided: number;
            /** Detection */
            detection: string;
            /** Since */
            since: string | null;
            /** @description what a finding of this kind would be called, its particulars left open */
            words: components["schemas"]["Words"];
        };
        /** ReadAsk */
        ReadAsk: {
            /**
             * Person
             * @default
             */
            person: string;
            /** Word */
            word: string;
        };
        /** ReasonAsk */
        ReasonAsk: {
            /** Reason */
            reason: string;
        };
        /** Register */
        Register: {
            /** Entries */
            entries: components["schemas"]["RegisterEntry"][];
            /** Fields */
            fields: components["schemas"]["RegisterField"][];
            help: components["schemas"]["Words"];
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
            /** Observed */
            observed: components["schemas"]["Observed"][];
            /** Said */
            said: components["schemas"]["Words"][];
        };
        /** RegisterChoice */
        RegisterChoice: {
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
        };
        /** RegisterCount */
        RegisterCount: {
            /** Count */
            count: number;
            help: components["schemas"]["Words"];
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
        };
        /** RegisterEntry */
        RegisterEntry: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** By */
            by: string;
            /** Id */
            id: string;
            /** Values */
            values: {
                [key: string]: string;
            };
        };
        /** RegisterField */
        RegisterField: {
            /** Choices */
            choices: components["schemas"]["RegisterChoice"][];
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
            /** Required */
            required: boolean;
            /**
             * Type
             * @enum {string}
             */
            type: "text" | "long" | "date" | "number" | "choice" | "device";
        };
        /** Registers */
        Registers: {
            /** Registers */
            registers: components["schemas"]["RegisterCount"][];
        };
        /**
         * RemoteBox
         * @description The box at which a path enters, as far as it let itself be seen.
         */
        RemoteBox: {
            /** Device */
            device: string;
            /** Firmware */
            firmware: string;
            /** Label */
            label: string;
            /** Maker */
            maker: string;
            /** Model */
            model: string;
        };
        /** RemotePath */
        RemotePath: {
            /** Approver */
            approver: string;
            /** At */
            at: string | null;
            /** Box */
            box: string;
            /** Breaches */
            breaches: number;
            /** By */
            by: string;
            /**
             * Countries
             * @description ISO 3166-1 codes; empty: any
             */
            countries: string[];
            /**
             * Devices
             * @description devices that it may reach, or that it reached
             */
            devices: components["schemas"]["DeviceRef"][];
            /** Firmware */
            firmware: string;
            /** Id */
            id: string;
            /**
             * Last
             * @description of its visits; null: none was heard
             */
            last: string | null;
            /** Line */
            line: string;
            /** Note */
            note: string;
            /** Peers */
            peers: components["schemas"]["RemotePeer"][];
            seen_box: components["schemas"]["RemoteBox"] | null;
            /**
             * Services
             * @description empty: any
             */
            services: string[];
            /**
             * State
             * @description found: heard, and declared by nobody
             * @enum {string}
             */
            state: "declared" | "ended" | "found";
            /** Ticket */
            ticket: string;
            /** Vendor */
            vendor: string;
            /** Visits */
            visits: number;
            /** Weekly */
            weekly: components["schemas"]["WeeklyTime"][];
            /** Windows */
            windows: components["schemas"]["TimeSpan"][];
        };
        /** RemotePathAsk */
        RemotePathAsk: {
            /**
             * Approver
             * @default
             */
            approver: string;
            /**
             * Box
             * @default
             */
            box: string;
            /**
             * Countries
             * @default []
             */
            countries: string[];
            /** Devices */
            devices: string[];
            /**
             * Firmware
             * @default
             */
            firmware: string;
            /**
             * Id
             * @description '' for a new path
             * @default
             */
            id: string;
            /**
             * Line
             * @default
             */
            line: string;
            /**
             * Note
             * @default
             */
            note: string;
            /** Peers */
            peers: string[];
            /**
             * Services
             * @default []
             */
            services: string[];
            /**
             * Ticket
             * @default
             */
            ticket: string;
            /** Vendor */
            vendor: string;
            /**
             * Weekly
             * @default []
             */
            weekly: components["schemas"]["WeeklyTime"][];
            /**
             * Windows
             * @default []
             */
            windows: components["schemas"]["TimeSpan"][];
        };
        /**
         * RemotePeer
         * @description A network, or the vendor's box.
         */
        RemotePeer: {
            device: components["schemas"]["DeviceRef"] | null;
            /** Value */
            value: string;
        };
        /** RemoteRegister */
        RemoteRegister: {
            /** Found */
            found: components["schemas"]["RemotePath"][];
            /** Paths */
            paths: components["schemas"]["RemotePath"][];
            /**
             * Sessions
             * @description newest first
             */
            sessions: components["schemas"]["RemoteSession"][];
            /** Sessions Total */
            sessions_total: number;
        };
        /**
         * RemoteSession
         * @description One visit: connections of one origin with one device that lie close together.
         */
        RemoteSession: {
            /** Bytes Received */
            bytes_received: number;
            /** Bytes Sent */
            bytes_sent: number;
            client: components["schemas"]["DeviceRef"] | null;
            /** Client Ip */
            client_ip: string;
            /** Connections */
            connections: number;
            /**
             * Country
             * @description ISO 3166-1 code of the address, '' when it has none
             */
            country: string;
            device: components["schemas"]["DeviceRef"];
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Kind */
            kind: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Origin Kind */
            origin_kind: string;
            /** Path */
            path: string;
            /** Services */
            services: string[];
            /**
             * Touched
             * @description devices with which the reached one opened sessions meanwhile
             */
            touched: components["schemas"]["DeviceRef"][];
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "ended" | "wrong_country" | "wrong_target" | "wrong_service" | "outside_window" | "wrong_peer" | "undeclared" | "unapproved" | "standing" | "agreed";
        };
        /**
         * Removal
         * @description What goes of one kind, or stays because it is held.
         */
        Removal: {
            /** Bytes */
            bytes: number;
            /** Days */
            days: number;
            /** First */
            first: string;
            /** Held */
            held: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "records" | "readings" | "packets";
            /** Last */
            last: string;
            /** Rows */
            rows: number;
            /**
             * Why
             * @enum {string}
             */
            why: "age" | "room";
        };
        /** ReplyAsk */
        ReplyAsk: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "yes" | "no" | "na";
            /**
             * Audience
             * @default hospital
             * @enum {string}
             */
            audience: "hospital" | "pharmacy" | "vendor";
            /**
             * Check
             * @default 1
             */
            check: number;
            /** Date */
            date: string;
            /** Edition */
            edition: string;
            /** Item */
            item: string;
            /**
             * Note
             * @default
             */
            note: string;
            /** Person */
            person: string;
            /**
             * Target
             * @default
             */
            target: string;
            /**
             * Vendor
             * @default
             */
            vendor: string;
        };
        /** ReportDeadline */
        ReportDeadline: {
            body: components["schemas"]["Words"];
            /** Done At */
            done_at: string | null;
            /**
             * Due
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            due: string;
            /**
             * Due Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            due_last: string;
            /** Key */
            key: string;
            note: components["schemas"]["Words"];
            /** Phone */
            phone: string;
            report: components["schemas"]["Words"];
            /**
             * State
             * @enum {string}
             */
            state: "done" | "now" | "running" | "soon" | "late";
            /** When */
            when: string;
        };
        /** ReportSchedule */
        ReportSchedule: {
            /**
             * Every
             * @enum {string}
             */
            every: "never" | "week" | "month";
            /**
             * Lang
             * @enum {string}
             */
            lang: "ja" | "en";
            /**
             * Paper
             * @enum {string}
             */
            paper: "trial" | "monthly";
        };
        /** Retention */
        Retention: {
            /** Days Min */
            days_min: number;
            /** Holds */
            holds: components["schemas"]["Hold"][];
            /**
             * Plan
             * @description what would go now
             */
            plan: components["schemas"]["Removal"][];
            policy: components["schemas"]["RetentionPolicy"];
            /** Removed Last */
            removed_last: string | null;
        };
        /**
         * RetentionAsk
         * @description The policy to be looked at or set. Setting asks for the password once more.
         */
        RetentionAsk: {
            /**
             * Password
             * Format: password
             * @description the person's own, once more
             * @default
             */
            password: string;
            policy: components["schemas"]["RetentionPolicy"];
        };
        /** RetentionPolicy */
        RetentionPolicy: {
            /**
             * Packets
             * @description days; 0: for ever
             */
            packets: number;
            /**
             * Readings
             * @description days; 0: for ever
             */
            readings: number;
            /**
             * Records
             * @description days; 0: for ever
             */
            records: number;
            /**
             * Share
             * @description most of the disk that rows may take, percent; 0: any
             */
            share: number;
        };
        /** RetentionRun */
        RetentionRun: {
            /**
             * Password
             * Format: password
             * @description the person's own, once more
             * @default
             */
            password: string;
        };
        /** Rival */
        Rival: {
            /** Confidence */
            confidence: number;
            /** Sources */
            sources: components["schemas"]["Source"][];
            /** Value */
            value: string;
            value_words: components["schemas"]["Words"] | null;
        };
        /** RoleAsk */
        RoleAsk: {
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "clinical_engineer" | "security_officer" | "auditor" | "administrator";
        };
        /**
         * Room
         * @description A room or bed that readings name.
         */
        Room: {
            /** Devices */
            devices: components["schemas"]["DeviceRef"][];
            /** Findings */
            findings: number;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /** Id */
            id: string;
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /**
             * Name
             * @description the place as sent, components apart by spaces
             */
            name: string;
            /** Readings */
            readings: number;
            /** Zone */
            zone: string | null;
        };
        /** RoomFinding */
        RoomFinding: {
            /** End Ms */
            end_ms: number;
            /** Id */
            id: string;
            severity: components["schemas"]["Severity"];
            /** Start Ms */
            start_ms: number;
            status: components["schemas"]["Status"];
            title: components["schemas"]["Words"];
        };
        /**
         * RoomImages
         * @description Images stored over one connection.
         */
        RoomImages: {
            /** Count */
            count: number;
            /** Description */
            description: string;
            device: components["schemas"]["DeviceRef"] | null;
            /** End Ms */
            end_ms: number;
            evidence: components["schemas"]["Evidence"] | null;
            /** Modality */
            modality: string;
            /** Outcome */
            outcome: string;
            /** Start Ms */
            start_ms: number;
            /** Why */
            why: string;
        };
        /** RoomMark */
        RoomMark: {
            /** By */
            by: string;
            /** End Ms */
            end_ms: number | null;
            /** Kind */
            kind: string;
            /** Text */
            text: string;
            /** Time Ms */
            time_ms: number;
        };
        /**
         * RoomSaid
         * @description A text, alarm or setting as a device sent it; nothing is reinterpreted.
         */
        RoomSaid: {
            device: components["schemas"]["DeviceRef"] | null;
            evidence: components["schemas"]["Evidence"] | null;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            /** Text */
            text: string;
            /** Time Ms */
            time_ms: number;
        };
        /**
         * RoomUse
         * @description A span in which something of the room was in use on a patient.
         */
        RoomUse: {
            device: components["schemas"]["DeviceRef"] | null;
            /** End Ms */
            end_ms: number;
            evidence: components["schemas"]["Evidence"] | null;
            /** Start Ms */
            start_ms: number;
            /** Why */
            why: string;
        };
        /**
         * Said
         * @description A person's word is kept. `working`: the devices are worked out anew; the pages follow by themselves.
         */
        Said: {
            /** Ids */
            ids: string[];
            /**
             * Taught
             * @description name of the entry kept as knowledge, '' when none
             * @default
             */
            taught: string;
            /** Working */
            working: boolean;
        };
        /** ScheduleAsk */
        ScheduleAsk: {
            /**
             * Every
             * @enum {string}
             */
            every: "never" | "week" | "month";
            /**
             * Lang
             * @default ja
             * @enum {string}
             */
            lang: "ja" | "en";
            /**
             * Paper
             * @enum {string}
             */
            paper: "trial" | "monthly";
        };
        /**
         * SecondFactor
         * @description Shown once: the key for the phone, as letters and as a picture.
         */
        SecondFactor: {
            /** Key */
            key: string;
            /**
             * Picture
             * @description QR code as an SVG data address
             */
            picture: string;
        };
        /** SendAsk */
        SendAsk: {
            /** Base */
            base: string;
            /** Recipients */
            recipients: string[];
            /**
             * Remind
             * @default false
             */
            remind: boolean;
        };
        /** Sensor */
        Sensor: {
            /** Captures */
            captures: number;
            /** Drops */
            drops: number;
            /** Duplicates */
            duplicates: number;
            /** First */
            first: string | null;
            /** Id */
            id: string;
            /** Last */
            last: string | null;
            /** Packets */
            packets: number;
        };
        /** SentAll */
        SentAll: {
            /** Sent */
            sent: components["schemas"]["SentOne"][];
            state: components["schemas"]["AdvisoryState"];
        };
        /** SentOne */
        SentOne: {
            /** Error */
            error: string;
            /** Name */
            name: string;
            /**
             * Way
             * @enum {string}
             */
            way: "mail" | "paper" | "failed";
            /** Word */
            word: string;
        };
        /** Service */
        Service: {
            /** Encrypted */
            encrypted: boolean | null;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Name */
            name: string;
            /** Peers */
            peers: number;
            /** Port */
            port: number;
            /** Proto */
            proto: string;
            /** Role */
            role: string;
            /** Version */
            version: string;
        };
        /** Session */
        Session: {
            /** Address */
            address: string;
            /** Agent */
            agent: string;
            /** At */
            at: number;
            /** Here */
            here: boolean;
            /** Id */
            id: string;
            /** Seen */
            seen: number;
            /** Until */
            until: number;
        };
        /**
         * Settings
         * @description What is set, what is listened to, and what is kept.
         */
        Settings: {
            /**
             * Backups
             * @description newest first
             */
            backups: components["schemas"]["BackupTold"][];
            /** Captures */
            captures: number;
            /**
             * Database
             * @enum {string}
             */
            database: "sqlite" | "server";
            /** Free Bytes */
            free_bytes: number;
            /** Kept */
            kept: components["schemas"]["Kept"][];
            /** Kept From */
            kept_from: string | null;
            /** Kept To */
            kept_to: string | null;
            /**
             * Language
             * @enum {string}
             */
            language: "" | "ja" | "en";
            /** @description null: no interface is listened to now */
            listening: components["schemas"]["Listening"] | null;
            /** Newest Captures */
            newest_captures: components["schemas"]["Capture"][];
            /** Sensors */
            sensors: components["schemas"]["Sensor"][];
            /** Site */
            site: string;
            /** Site Name */
            site_name: string;
            /** Time Zone */
            time_zone: string;
            /** Version */
            version: string;
        };
        /** SettingsAsk */
        SettingsAsk: {
            /**
             * Language
             * @enum {string}
             */
            language: "" | "ja" | "en";
            /** Site Name */
            site_name: string;
            /** Time Zone */
            time_zone: string;
        };
        /**
         * Severity
         * @enum {string}
         */
        Severity: "info" | "low" | "medium" | "high" | "critical";
        /** SharedClue */
        SharedClue: {
            /** Clue */
            clue: string;
            /** Value */
            value: string;
        };
        /**
         * SigmaRule
         * @description A community rule: in use, or with the reason why not.
         */
        SigmaRule: {
            /** Approved */
            approved: boolean;
            /** Author */
            author: string;
            /**
             * File
             * @description below HINOMI_HOME/sigma
             */
            file: string;
            /** Findings */
            findings: string[];
            /** Id */
            id: string;
            /**
             * Level
             * @description the rule's own
             */
            level: string;
            /** @description what a match weighs; null when it is not used */
            severity: components["schemas"]["Severity"] | null;
            /** Source */
            source: string;
            /** Title */
            title: string;
            /** Used */
            used: boolean;
            /** Why En */
            why_en: string;
            /**
             * Why Ja
             * @description why it cannot be used; '' when it is
             */
            why_ja: string;
        };
        /** SigmaRules */
        SigmaRules: {
            /**
             * Folder
             * @description where rules are put
             */
            folder: string;
            /** Rules */
            rules: components["schemas"]["SigmaRule"][];
        };
        /** SignInAsk */
        SignInAsk: {
            /**
             * Code
             * @default
             */
            code: string;
            /** Name */
            name: string;
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /**
         * Source
         * @description One clue that speaks for a value.
         */
        Source: {
            /** Clue */
            clue: string;
            /** Count */
            count: number;
            evidence: components["schemas"]["Evidence"] | null;
            /**
             * First
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            first: string;
            /**
             * Last
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            last: string;
            /** Protocol */
            protocol: string;
            /** Rule */
            rule: string;
            /** Value */
            value: string;
            /** Weight */
            weight: number;
        };
        /** SplitAsk */
        SplitAsk: {
            /**
             * Address
             * @description IP or hardware address that is another device
             */
            address: string;
            /** Reason */
            reason: string;
        };
        /**
         * Status
         * @enum {string}
         */
        Status: "open" | "acknowledged" | "explained" | "resolved" | "reopened";
        /** SupportEnd */
        SupportEnd: {
            device: components["schemas"]["DeviceRef"];
            /** Ends */
            ends: string;
            /** Name */
            name: string;
            /** Over */
            over: boolean;
            /** Soon */
            soon: boolean;
            /** Source */
            source: string;
            /**
             * What
             * @enum {string}
             */
            what: "os" | "device";
        };
        /** SwitchAsk */
        SwitchAsk: {
            /** On */
            on: boolean;
            /** Reason */
            reason: string;
        };
        /**
         * SwitchPort
         * @description Where a switch says that a device is.
         */
        SwitchPort: {
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            at: string;
            /** Behind */
            behind: number;
            /** Mac */
            mac: string;
            /** Port */
            port: string;
            /** Switch */
            switch: string;
            /** Uplink */
            uplink: boolean;
            /** Vlan */
            vlan: number | null;
        };
        /** Symptom */
        Symptom: {
            /** Id */
            id: string;
            name: components["schemas"]["Words"];
        };
        /** Taken */
        Taken: {
            /** Titles */
            titles: string[];
        };
        /** Tested */
        Tested: {
            /** Error */
            error: string;
            /** Sent */
            sent: boolean;
        };
        /** Timeline */
        Timeline: {
            /** Clocks */
            clocks: components["schemas"]["DeviceClock"][];
            /** End Ms */
            end_ms: number;
            /** Findings */
            findings: components["schemas"]["RoomFinding"][];
            /** Images */
            images: components["schemas"]["RoomImages"][];
            /** Marks */
            marks: components["schemas"]["RoomMark"][];
            not_for_diagnosis: components["schemas"]["Words"];
            room: components["schemas"]["Room"];
            /** Said */
            said: components["schemas"]["RoomSaid"][];
            /** Said Total */
            said_total: number;
            /** Start Ms */
            start_ms: number;
            /** Tracks */
            tracks: components["schemas"]["Track"][];
            /** Uses */
            uses: components["schemas"]["RoomUse"][];
        };
        /** TimeSpan */
        TimeSpan: {
            /**
             * End
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            end: string;
            /**
             * Start
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            start: string;
        };
        /** Token */
        Token: {
            /** At */
            at: number;
            /** Id */
            id: string;
            /** Label */
            label: string;
            /** Over */
            over: boolean;
            /** Person */
            person: string;
            /** Revoked */
            revoked: boolean;
            /** Scope */
            scope: string[];
            /** Until */
            until: number;
        };
        /** TokenAsk */
        TokenAsk: {
            /** Days */
            days: number;
            /** Label */
            label: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /** Scope */
            scope: string[];
        };
        /**
         * TokenMade
         * @description The word of the token; it is shown here and never again.
         */
        TokenMade: {
            token: components["schemas"]["Token"];
            /** Word */
            word: string;
        };
        /**
         * Track
         * @description Values of one code of one source over time.
         */
        Track: {
            /** Code */
            code: string;
            /** Code System */
            code_system: string;
            /** Count */
            count: number;
            device: components["schemas"]["DeviceRef"] | null;
            evidence: components["schemas"]["Evidence"] | null;
            /**
             * Gaps Ms
             * @description pauses much longer than usual: not heard, or not sent
             */
            gaps_ms: [
                number,
                number
            ][];
            /** Highs */
            highs: number[];
            /**
             * Kind
             * @enum {string}
             */
            kind: "numeric" | "waveform";
            /**
             * Lows
             * @description lowest value of each step; empty where nothing was joined
             */
            lows: number[];
            /** Name */
            name: string;
            /** Source */
            source: string;
            /**
             * Step Ms
             * @description width of one step of joined values; 0 where nothing was joined
             */
            step_ms: number;
            /** Times Ms */
            times_ms: number[];
            /** Unit */
            unit: string;
            /** Values */
            values: number[];
        };
        /** TypeWords */
        TypeWords: {
            /** Category */
            category: string;
            /** Criticality */
            criticality: string;
            /** Id */
            id: string;
            words: components["schemas"]["Words"];
        };
        /** UndoManyAsk */
        UndoManyAsk: {
            /**
             * Ids
             * @description words to take back
             */
            ids: string[];
            /** Reason */
            reason: string;
        };
        /**
         * Use
         * @description How much a device was used on patients, as far as the tap heard.
         */
        Use: {
            /**
             * Answer
             * @enum {string}
             */
            answer: "yes" | "no" | "unknown" | "none";
            /** Days */
            days: components["schemas"]["UseDay"][];
            /** Days Heard */
            days_heard: number;
            /**
             * Hours A Day
             * @description mean over what the tap heard; null below a day
             */
            hours_a_day: number | null;
            /** Last */
            last: string | null;
        };
        /** UseDay */
        UseDay: {
            /** Day */
            day: string;
            /** Hours */
            hours: number;
            /** Times */
            times: number;
        };
        /** UsedDevice */
        UsedDevice: {
            device: components["schemas"]["DeviceRef"];
            /** Last */
            last: string | null;
            /**
             * Use
             * @enum {string}
             */
            use: "yes" | "unknown";
        };
        /** VendorDifference */
        VendorDifference: {
            /** Item */
            item: string;
            /** Lines */
            lines: components["schemas"]["DutyLine"][];
            said: components["schemas"]["Words"];
            seen: components["schemas"]["Words"];
        };
        /**
         * VendorLink
         * @description A way in for one vendor. Its word stands only in the answer that made it.
         */
        VendorLink: {
            /** By */
            by: string;
            /** Edition */
            edition: string;
            /** Id */
            id: string;
            /**
             * Made
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            made: string;
            /** Open */
            open: boolean;
            /** Opened */
            opened: string | null;
            /** Sent */
            sent: number;
            /**
             * Until
             * Format: date-time
             * @example 2026-11-22T12:34:56.123456789Z
             */
            until: string;
            /** Word */
            word: string;
        };
        /** VendorLinkAsk */
        VendorLinkAsk: {
            /**
             * Days
             * @default 14
             */
            days: number;
            /**
             * Edition
             * @default R7
             */
            edition: string;
        };
        /** VendorReturned */
        VendorReturned: {
            /** Answers */
            answers: number;
            /** Differences */
            differences: components["schemas"]["VendorDifference"][];
            /** Edition */
            edition: string;
            /**
             * Remote
             * @enum {string}
             */
            remote: "yes" | "no" | "unknown";
            /** Unread */
            unread: string[];
            /** Vendor */
            vendor: string;
        };
        /**
         * VendorState
         * @description How it stands with one vendor: links, what came back, and where it disagrees with what was seen.
         */
        VendorState: {
            /** Answered */
            answered: number;
            /** Differences */
            differences: components["schemas"]["VendorDifference"][];
            /** Links */
            links: components["schemas"]["VendorLink"][];
            /** Of */
            of: number;
        };
        /**
         * Vocabulary
         * @description The lists of ids that the other answers use, with their words.
         */
        Vocabulary: {
            /**
             * Language
             * @description language of the settings, '' when open
             */
            language: string;
            /** Site */
            site: string;
            /** Site Name */
            site_name: string;
            /** Time Zone */
            time_zone: string;
            /** Types */
            types: components["schemas"]["TypeWords"][];
            /** Version */
            version: string;
            /** Zone Kinds */
            zone_kinds: components["schemas"]["KindWords"][];
            /** Zones */
            zones: components["schemas"]["ZoneRef"][];
        };
        /** WeakDevice */
        WeakDevice: {
            device: components["schemas"]["DeviceRef"];
            /**
             * In Use
             * @enum {string}
             */
            in_use: "yes" | "no" | "unknown" | "none";
            /** Product */
            product: string;
            /**
             * Standing
             * @enum {string}
             */
            standing: "confirmed" | "possible" | "fixed" | "not_affected";
            why: components["schemas"]["Words"];
            /**
             * Word
             * @description id of the person's word, '' when a program matched
             */
            word: string;
        };
        /** WeaknessAsk */
        WeaknessAsk: {
            /** Advisory */
            advisory: string;
            /** Device */
            device: string;
            /** Reason */
            reason: string;
            /**
             * Standing
             * @enum {string}
             */
            standing: "confirmed" | "possible" | "fixed" | "not_affected";
        };
        /** Weaknesses */
        Weaknesses: {
            /**
             * Advisories
             * @description advisories read, whether or not they concern a device
             */
            advisories: number;
            /** Ends */
            ends: components["schemas"]["SupportEnd"][];
            /** Files */
            files: components["schemas"]["AdvisoryFile"][];
            /**
             * Folder
             * @description where files are put
             */
            folder: string;
            /** Items */
            items: components["schemas"]["WeaknessRow"][];
            /**
             * Total
             * @description advisories that concern a device
             */
            total: number;
        };
        /**
         * WeaknessRow
         * @description One advisory that concerns a device.
         */
        WeaknessRow: {
            /**
             * Counts
             * @description devices by standing
             */
            counts: {
                [key: string]: number;
            };
            /** Cves */
            cves: string[];
            /** Devices */
            devices: components["schemas"]["WeakDevice"][];
            /**
             * Epss
             * @description chance of exploitation within 30 days
             */
            epss: number | null;
            /** Id */
            id: string;
            /** Known Exploited */
            known_exploited: boolean;
            /** Published */
            published: string;
            /** Publisher */
            publisher: string;
            /** Ransomware */
            ransomware: boolean;
            /** Remedy */
            remedy: string;
            /**
             * Score
             * @description CVSS base score
             */
            score: number | null;
            /** Source */
            source: string;
            /** Title */
            title: string;
            /** Url */
            url: string;
        };
        /**
         * WeeklyTime
         * @description A time of every week, on the clock of the site. An end before its start is on the next day.
         */
        WeeklyTime: {
            /**
             * Days
             * @description 0 is Monday
             */
            days: number[];
            /** End */
            end: string;
            /** Start */
            start: string;
        };
        /** Weight */
        Weight: {
            /**
             * Reason
             * @description what came of trying it
             */
            reason: string;
            severity: components["schemas"]["Severity"];
        };
        /** WithdrawAsk */
        WithdrawAsk: {
            /** Ids */
            ids: string[];
            /** Reason */
            reason: string;
        };
        /**
         * Words
         * @description One text in both languages.
         */
        Words: {
            /** En */
            en: string;
            /** Ja */
            ja: string;
        };
        /** WouldRing */
        WouldRing: {
            conduit: components["schemas"]["PolicyConduit"];
            seen: components["schemas"]["PolicySeen"];
        };
        /** ZoneAsk */
        ZoneAsk: {
            /** Kind */
            kind: string;
            /**
             * Name En
             * @default
             */
            name_en: string;
            /** Name Ja */
            name_ja: string;
        };
        /** ZoneNow */
        ZoneNow: {
            /** Devices */
            devices: number;
            /** Findings */
            findings: number;
            /**
             * Heard
             * @enum {string}
             */
            heard: "both" | "one_way" | "nothing";
            /** In Use */
            in_use: number;
            /** Last */
            last: string | null;
            zone: components["schemas"]["ZoneRef"];
        };
        /** ZoneRef */
        ZoneRef: {
            /**
             * By Person
             * @description False: proposed by Hinomi, not yet named by a person
             */
            by_person: boolean;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            name: components["schemas"]["Words"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    account_api_account_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_enrol_api_account_passkeys_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgainAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAsked"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rename_api_account_passkeys__id__name_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyLabel"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_api_account_passkeys__id__remove_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgainAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_api_account_passkeys_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyNew"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password_api_account_password_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_api_account_second_factor_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgainAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactor"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_api_account_second_factor_confirm_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_second_api_account_second_factor_end_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgainAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session_api_account_sessions__id__end_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_token_api_account_tokens_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenMade"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_token_api_account_tokens__id__revoke_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_api_ask_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Question"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskAnswer"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    kept_api_ask_kept_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptQuestions"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keep_api_ask_kept_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeepQuestion"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptQuestions"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drop_api_ask_kept__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptQuestions"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    records_api_ask_records_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskRecords"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    entries_api_audit_get: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                before?: number | null;
                q?: string;
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_api_audit_export_csv_get: {
        parameters: {
            query?: {
                act?: string;
                q?: string;
                since?: string;
                until?: string;
                who?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify_api_audit_verify_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    backup_api_backup_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_advisory_api_by_link_advisory_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvisoryPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_api_by_link_advisory_read_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvisoryPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_sheet_api_by_link_sheet_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkSheet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_api_by_link_sheet_answers_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkAnswers"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkSheet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    conversations_api_conversations_get: {
        parameters: {
            query?: {
                device?: string | null;
                limit?: number;
                offset?: number;
                other_zone?: string | null;
                service?: string | null;
                zone?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    coverage_api_coverage_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_api_decisions__id__undo_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    desk_api_desk_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskHome"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advice_api_desk_advice_get: {
        parameters: {
            query: {
                id: string;
                /** @description of an invitation, for a guest */
                word?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskStroke"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advise_api_desk_advice_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskStrokeIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consents_api_desk_consent_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskConsent"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consent_api_desk_consent_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskConsentIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskConsent"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_consent_api_desk_consent_withdraw_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskRoomIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskConsent"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_api_desk_export_get: {
        parameters: {
            query: {
                format: "mcap" | "csv" | "parquet" | "fhir" | "vital" | "summary" | "handover";
                id: string;
                lang?: "ja" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    image_api_desk_image_get: {
        parameters: {
            query: {
                channel: string;
                id: string;
                time_ms: number;
                /** @description of an invitation, for a guest */
                word?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invitations_api_desk_invitations_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskInvitation"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite_api_desk_invitations_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskInvitationIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskInvitation"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_invitation_api_desk_invitations_delete: {
        parameters: {
            query: {
                id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    layout_api_desk_layout_get: {
        parameters: {
            query: {
                role: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskLayout"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keep_layout_api_desk_layout_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskLayout"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_api_desk_marks_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskMarkIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_record_api_desk_record_get: {
        parameters: {
            query: {
                id: string;
                points?: number;
                /** @description of an invitation, for a guest */
                word?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskOpen"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    regulatory_api_desk_regulatory_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskDecisionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskPermission"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_api_desk_search_get: {
        parameters: {
            query: {
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskHit"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    video_api_desk_video_get: {
        parameters: {
            query: {
                file: string;
                id: string;
                /** @description of an invitation, for a guest */
                word?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    window_api_desk_window_get: {
        parameters: {
            query: {
                end_ms: number;
                id: string;
                points?: number;
                start_ms: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeskWindow"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    say_of_many_api_device_words_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ManyAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undo_many_api_device_words_undo_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoManyAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    devices_api_devices_get: {
        parameters: {
            query?: {
                category?: string | null;
                descending?: boolean;
                finding?: boolean | null;
                in_use?: ("yes" | "no" | "unknown" | "none") | null;
                limit?: number;
                offset?: number;
                outside?: boolean | null;
                q?: string;
                sort?: "label" | "type" | "manufacturer" | "model" | "zone" | "ip" | "os" | "type_confidence" | "in_use" | "findings" | "first" | "last";
                type?: string | null;
                unknown?: boolean | null;
                zone?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DevicePage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    device_api_devices__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beside_api_devices__id__beside_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Beside"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    correct_api_devices__id__corrections_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CorrectionAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    habits_api_devices__id__habits_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Habits"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    say_api_devices__id__habits_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HabitAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Habits"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsay_api_devices__id__habits__word__undo_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                word: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Habits"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    merge_api_devices__id__merge_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    split_api_devices__id__split_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diagram_api_diagram_get: {
        parameters: {
            query?: {
                format?: "svg" | "pdf" | "drawio";
                lang?: "ja" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    documents_api_documents_get: {
        parameters: {
            query?: {
                device?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Documents"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attach_api_documents_post: {
        parameters: {
            query: {
                device?: string;
                kind: "mds" | "sds" | "mds2" | "sbom" | "manual" | "contract" | "other";
                manufacturer?: string;
                model?: string;
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_api_documents__id__end_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    file_api_documents__id__file_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    components_api_documents_components_get: {
        parameters: {
            query: {
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Components"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_api_duties_advisories_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdvisoryAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Taken"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advisory_api_duties_advisories__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvisoryState"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_api_duties_advisories__id__send_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentAll"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    carry_api_duties_carry_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CarryAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Carried"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clinic_api_duties_clinic_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clinic"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deemed_api_duties_deemed_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeemedServers"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    all_disclosures_api_duties_disclosures_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DisclosureSheets"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disclosure_api_duties_disclosures__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Disclosure"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    assess_api_duties_disclosures__id__assess_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssessAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Disclosure"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_form_api_duties_forms_accept_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FormAccept"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutySheet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    filled_form_api_duties_forms_filled_xlsx_get: {
        parameters: {
            query: {
                audience?: "hospital" | "pharmacy" | "vendor";
                edition: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_form_api_duties_forms_read_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FormAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRead"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    all_registers_api_duties_registers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registers"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    one_register_api_duties_registers__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Register"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enter_api_duties_registers__name__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntryAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Register"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_api_duties_registers__name___id__withdraw_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Register"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reply_api_duties_replies_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplyAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutySheet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sheet_api_duties_sheet_get: {
        parameters: {
            query?: {
                audience?: "hospital" | "pharmacy" | "vendor";
                edition?: string;
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutySheet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vendor_api_duties_vendors__id__get: {
        parameters: {
            query?: {
                edition?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorState"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_link_api_duties_vendors__id__links_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VendorLinkAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorLink"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_link_api_duties_vendors_links__id__end_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    returned_api_duties_vendors_returned_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FileAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VendorReturned"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    packet_api_evidence__capture___packet__get: {
        parameters: {
            query: {
                offset: number;
            };
            header?: never;
            path: {
                capture: string;
                packet: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Packet"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    payload_api_evidence__capture___packet__payload_post: {
        parameters: {
            query: {
                offset: number;
            };
            header?: never;
            path: {
                capture: string;
                packet: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayloadAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payload"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    devices_csv_api_exports_devices_csv_get: {
        parameters: {
            query?: {
                category?: string | null;
                columns?: ("label" | "type" | "manufacturer" | "model" | "serial" | "software_version" | "os" | "zone" | "ip" | "mac" | "department" | "services" | "in_use" | "sure" | "findings" | "first" | "last")[] | null;
                descending?: boolean;
                finding?: boolean | null;
                in_use?: ("yes" | "no" | "unknown" | "none") | null;
                lang?: "ja" | "en";
                outside?: boolean | null;
                q?: string;
                sort?: "label" | "type" | "manufacturer" | "model" | "zone" | "ip" | "os" | "type_confidence" | "in_use" | "findings" | "first" | "last";
                type?: string | null;
                unknown?: boolean | null;
                zone?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    findings_api_findings_get: {
        parameters: {
            query?: {
                detection?: string | null;
                device?: string | null;
                limit?: number;
                offset?: number;
                severity_at_least?: components["schemas"]["Severity"] | null;
                status?: components["schemas"]["Status"][] | null;
                zone?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finding_api_findings__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Finding"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    advice_api_findings__id__advice_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Advice"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bundle_api_findings__id__bundle_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_api_findings__id__decision_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Finding"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grouped_api_groups_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Groups"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    name_group_api_groups__id__name_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_api_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listed_api_incidents_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentHome"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_api_incidents_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IncidentAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    one_api_incidents__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_api_incidents__id__log_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lists_api_indicators_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndicatorLists"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    load_api_indicators_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IndicatorsAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndicatorLists"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drop_api_indicators__id__drop_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndicatorLists"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    now_api_ledger_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerNow"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    load_api_ledger_post: {
        parameters: {
            query: {
                /** @description JSON: {"3": "serial"}; columns from 0, "" leaves one out */
                columns?: string;
                name: string;
                sheet?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_api_ledger_export_get: {
        parameters: {
            query?: {
                format?: "xlsx" | "csv";
                lang?: "ja" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    link_api_ledger_links_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LedgerLinkAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlink_api_ledger_links__id__undo_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_api_ledger_look_post: {
        parameters: {
            query: {
                /** @description JSON: {"3": "serial"}; columns from 0, "" leaves one out */
                columns?: string;
                name: string;
                sheet?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerReading"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rows_api_ledger_rows_get: {
        parameters: {
            query: {
                limit?: number;
                list: "unlisted" | "unseen" | "differs" | "matched";
                offset?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live_api_live_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    map__api_map_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Map"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    devices_api_map_devices_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MapDevices"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    difference_api_map_difference_get: {
        parameters: {
            query: {
                after: string;
                before: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MapDifference"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    part_api_map_part_get: {
        parameters: {
            query: {
                end_ms: number;
                start_ms: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MapPart"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    times_api_map_times_get: {
        parameters: {
            query?: {
                step?: "hour" | "day";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MapTimes"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    notices_api_notices_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notices"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_api_notices_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notices"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_api_notices__id__remove_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notices"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_api_notices__id__test_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tested"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    outside_api_outside_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Outside"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overview_api_overview_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    paper_api_papers__name___form__get: {
        parameters: {
            query?: {
                advisory?: string;
                audience?: "hospital" | "pharmacy" | "vendor";
                draft?: string;
                edition?: string;
                incident?: string;
                lang?: "ja" | "en";
                notice?: "patients" | "staff";
                register?: string;
                since?: string;
                until?: string;
                vendor?: string;
            };
            header?: never;
            path: {
                form: "html" | "pdf" | "xlsx";
                name: "checklist" | "annex" | "inspection" | "ledger" | "vendor" | "register" | "contacts" | "bcp" | "fax" | "trial" | "monthly" | "incident" | "draft" | "notice" | "offline";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inspection_api_papers_inspection_zip_get: {
        parameters: {
            query?: {
                audience?: "hospital" | "pharmacy";
                edition?: string;
                lang?: "ja" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    kept_api_papers_kept_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptReports"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    schedule_api_papers_kept_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptReports"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    kept_file_api_papers_kept__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    people_api_people_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["People"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_api_people_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstPassword"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disable_api_people__name__disable_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["People"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enable_api_people__name__enable_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["People"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_api_people__name__reset_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstPassword"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_role_api_people__name__role_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["People"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    told_api_places_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacesNow"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    load_places_api_places_post: {
        parameters: {
            query: {
                source: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceLoaded"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policy_api_policy_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_api_policy_approve_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApproveAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_api_policy_export__form__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                form: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyText"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    switch_api_policy_switch_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SwitchAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_api_policy_withdraw_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_api_remote_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemoteRegister"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    declare_api_remote_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RemotePathAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemoteRegister"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_api_remote__id__end_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemoteRegister"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_api_retention_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_api_retention_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hold_api_retention_holds_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_hold_api_retention_holds__id__end_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_api_retention_look_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Removal"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_api_retention_run_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionRun"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_api_session_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in_api_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out_api_session_end_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_api_session_oidc_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcWay"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in_api_session_oidc_answer_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_api_session_passkey_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyBegin"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAsked"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in_api_session_passkey_answer_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settings_api_settings_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_api_settings_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listing_api_sigma_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigmaRules"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_api_sigma__id__approve_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Weight"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigmaRules"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rooms_api_theatre_rooms_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"][];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    timeline_api_theatre_timeline_get: {
        parameters: {
            query: {
                end_ms?: number | null;
                points?: number;
                room: string;
                start_ms?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vocabulary_api_vocabulary_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vocabulary"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listed_api_weaknesses_get: {
        parameters: {
            query?: {
                device?: string;
                limit?: number;
                offset?: number;
                whole?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Weaknesses"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    say_api_weaknesses_words_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WeaknessAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsay_api_weaknesses_words__id__undo_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Done"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    name_zone_api_zones__id__name_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ZoneAsk"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Said"];
                };
            };
            /** @description Problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
