//! Tests commands: their effects and exit statuses.

use std::time::Duration;

use zstack_node_simulator::{Effect, Fault, Kind, PASSWORD, SimulatedNode};

use crate::world::{IMAGE, World};

#[test]
fn a_result_that_cannot_be_written_does_not_hide_that_the_node_acted() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    let world = World::logged_in(SimulatedNode::builder());
    let mut command = world.command(&["image", "recover", IMAGE]);
    let output = command.stdout(full).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(
        err.starts_with("error: the output cannot be written: "),
        "{err}"
    );
    assert_eq!(world.run(&["image", "recover", IMAGE]).status, 1);
}

#[test]
fn an_image_is_found_and_recovered_by_its_name() {
    let world = World::logged_in(SimulatedNode::builder());
    let done = world.run(&[
        "image",
        "list",
        "--where",
        "status=Deleted",
        "--fields",
        "name,uuid",
    ]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert!(done.out.contains(IMAGE), "{}", done.out);
    let done = world.run(&["image", "recover", "TinyLinux", "--fields", "name,status"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert_eq!(
        done.out,
        "{\n  \"name\": \"TinyLinux\",\n  \"status\": \"Ready\"\n}\n"
    );
    let done = world.run(&["image", "list", "--where", "status=Deleted", "-o", "table"]);
    assert_eq!((done.status, done.out.as_str()), (0, ""));
    // The image is no longer in the recycle bin.
    let done = world.run(&["image", "recover", IMAGE]);
    assert_eq!(done.status, 1, "{}", done.err);
    assert!(done.err.starts_with("error: SYS.1006: "), "{}", done.err);
    assert!(
        done.err.contains("\nhelp: look at the state of the image"),
        "{}",
        done.err
    );
}

#[test]
fn an_image_goes_through_the_recycle_bin() {
    let world = World::logged_in(SimulatedNode::builder());
    assert_eq!(world.run(&["image", "recover", "TinyLinux"]).status, 0);
    let done = world.run(&["image", "delete", "TinyLinux"]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(
        done.err.starts_with("note: TinyLinux is deleted;"),
        "{}",
        done.err
    );
    let done = world.run(&["image", "expunge", "TinyLinux"]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("help: --yes does it without asking"),
        "{}",
        done.err
    );
    let done = world.run(&["image", "expunge", "TinyLinux", "--yes"]);
    assert_eq!(
        (done.status, done.err.as_str()),
        (0, "note: TinyLinux is gone for good\n")
    );
    let done = world.run(&["image", "recover", IMAGE]);
    assert_eq!(done.status, 2);
    assert!(
        done.err
            .starts_with(&format!("error: there is no image `{IMAGE}`")),
        "{}",
        done.err
    );
}

#[test]
fn a_condition_that_is_none_is_usage() {
    let world = World::logged_in(SimulatedNode::builder());
    let done = world.run(&["image", "list", "--where", "Deleted"]);
    assert_eq!(done.status, 2, "{}", done.err);
}

#[test]
fn the_remedy_for_a_wrong_value_is_to_check_it() {
    let world = World::logged_in(SimulatedNode::builder());
    let nowhere = "d019173f2b5742868058049be43033a2";
    for (words, code, remedy) in [
        (
            &["image", "list", "--where", "nosuch=1"][..],
            "SYS.1007",
            "check the conditions and the UUIDs of the command\n",
        ),
        (
            &["image", "recover", IMAGE, "--backup-storage", nowhere],
            "SYS.1007",
            "check the conditions and the UUIDs of the command\n",
        ),
        (
            &["image", "expunge", IMAGE, "--backup-storage", nowhere, "-y"],
            "SYS.1003",
            "check the names and UUIDs; what was expunged is gone for good\n",
        ),
    ] {
        let done = world.run(words);
        assert_eq!(done.status, 1, "{words:?}: {}", done.err);
        let (message, help) = done.err.split_once("\nhelp: ").unwrap();
        assert!(
            message.starts_with(&format!("error: {code}: ")),
            "{message}"
        );
        assert_eq!(help, remedy);
    }
}

#[test]
fn a_name_that_several_images_have_is_no_choice() {
    let world = World::logged_in(SimulatedNode::builder());
    let mut twin = world.node.image(IMAGE).unwrap();
    twin.uuid = "d019173f2b5742868058049be43033a2".to_owned();
    world.node.put_image(twin);
    let done = world.run(&["image", "recover", "TinyLinux"]);
    assert_eq!(done.status, 2);
    assert_eq!(
        done.err,
        format!(
            "error: 2 images are called `TinyLinux`:\n  {IMAGE}  Deleted\n  d019173f2b5742868058049be43033a2  Deleted\nhelp: name the UUID of one of them\n"
        )
    );
    let done = world.run_with(&["image", "show", "a>=b"], &[("LANG", "zh_CN.UTF-8")]);
    assert_eq!(done.status, 2);
    assert_eq!(
        done.err,
        "错误：没有镜像 `a>=b`\n建议：用 `zstack image list` 查看所有镜像\n"
    );
}

#[test]
fn a_backup_storage_is_called_by_its_name_or_its_uuid() {
    let twins = "d09d29fb59ee414f90cedbc3a71038c";
    let builder = SimulatedNode::builder()
        .backup_storage(format!("{twins}1"), "twin")
        .backup_storage(format!("{twins}2"), "twin");
    let world = World::logged_in(builder);
    let storage = &world.node.image(IMAGE).unwrap().backup_storage_refs[0];
    let uuid = storage.backup_storage_uuid.as_str();
    let none = "error: there is no backup storage `a>=b`\nhelp: TinyLinux is on these:\n  ";
    let several = "error: 2 backup storages are called `twin`:\n  ";
    for command in ["recover", "delete", "expunge"] {
        for (name, expected) in [
            ("a>=b", format!("{none}{uuid}  Deleted  ")),
            (
                "twin",
                format!("{several}{twins}1  Connected\n  {twins}2  Connected\nhelp: name the UUID"),
            ),
        ] {
            let done = world.run(&["image", command, "TinyLinux", "--backup-storage", name]);
            assert_eq!(done.status, 2, "{command} {name}: {}", done.err);
            assert!(done.err.starts_with(&expected), "{}", done.err);
        }
    }
    assert!(world.node.log().actions.is_empty());
    for (command, storage) in [("recover", "bs-1"), ("delete", uuid), ("expunge", "bs-1")] {
        let words = ["image", command, "TinyLinux", "--backup-storage", storage];
        let words = [
            &words[..],
            if command == "expunge" {
                &["--yes"]
            } else {
                &[]
            },
        ]
        .concat();
        let done = world.run(&words);
        assert_eq!(done.status, 0, "{words:?}: {}", done.err);
    }
    let done: Vec<String> = world
        .node
        .log()
        .actions
        .into_iter()
        .map(|it| it.action)
        .collect();
    assert_eq!(done, ["recoverImage", "deleteImage", "expungeImage"]);
}

#[test]
fn a_job_is_resumed_by_another_process() {
    let world = World::logged_in(SimulatedNode::builder().job_delay(Duration::from_millis(300)));
    let done = world.run(&[
        "image",
        "recover",
        "TinyLinux",
        "--no-wait",
        "--fields",
        "job",
        "-o",
        "yaml",
    ]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let job = done
        .out
        .trim()
        .trim_start_matches("job: ")
        .trim_matches('"')
        .to_owned();
    let list = world.run(&["job", "list", "-o", "table"]);
    assert!(
        list.out.contains(&format!("{job}  RecoverImage")),
        "{}",
        list.out
    );
    let done = world.run(&["job", "resume", &job, "--fields", "status"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert!(done.out.contains("Ready"), "{}", done.out);
    let done = world.run(&["job", "resume", &job]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("there is no job"), "{}", done.err);
    assert_eq!(world.run(&["job", "resume", "../config"]).status, 2);
}

#[test]
fn an_outcome_that_is_unknown_has_a_status_and_a_job() {
    let node = SimulatedNode::builder().job_delay(Duration::from_secs(4));
    let world = World::logged_in(node);
    let done = world.run(&["image", "recover", IMAGE, "--timeout", "1"]);
    assert_eq!(done.status, 3, "{}", done.err);
    let (_, help) = done.err.split_once("help: `zstack job resume ").unwrap();
    let (job, _) = help.split_once('`').unwrap();
    let done = world.run(&["job", "resume", job, "--fields", "status"]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert_eq!(world.node.log().actions.len(), 1);
}

#[test]
fn a_lost_reply_is_asked_for_and_nothing_is_done_twice() {
    let fault = Fault::new(Kind::Action, Effect::DropReply);
    let world = World::logged_in(SimulatedNode::builder().fault(fault));
    let done = world.run(&["image", "recover", IMAGE]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert_eq!(world.node.log().actions.len(), 1);
}

#[test]
fn a_session_is_kept_and_opened_again_where_the_password_is_at_hand() {
    let world = World::logged_in(SimulatedNode::builder());
    let kept = std::fs::read_to_string(world.settings()).unwrap();
    assert!(!kept.contains(PASSWORD), "{kept}");
    world.node.expire_sessions();
    let done = world.run(&["image", "list"]);
    assert_eq!(done.status, 1, "{}", done.err);
    assert!(
        done.err.contains("help: `zstack login` opens a session"),
        "{}",
        done.err
    );
    let done = world.run_with(&["image", "list"], &[("ZSTACK_PASSWORD", PASSWORD)]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert_ne!(kept, std::fs::read_to_string(world.settings()).unwrap());
    assert_eq!(world.run(&["image", "list"]).status, 0);
    assert_eq!(world.run(&["logout"]).status, 0);
    assert_eq!(world.run(&["image", "list"]).status, 2);
}

#[test]
fn a_profile_that_there_is_not_is_reported_with_those_that_there_are() {
    let world = World::new(SimulatedNode::builder());
    let done = world.run(&["image", "list", "--profile", "typo"]);
    assert_eq!(
        (done.status, done.err.as_str()),
        (
            2,
            "error: there is no profile `typo`\nhelp: there are no profiles yet\n"
        )
    );
    let url = world.node.url();
    let password = [("ZSTACK_PASSWORD", PASSWORD)];
    for profile in ["default", "lab"] {
        let words = ["login", "--url", &url, "--profile", profile];
        assert_eq!(world.run_with(&words, &password).status, 0);
    }
    assert_eq!(world.run(&["image", "list", "--profile", "lab"]).status, 0);
    let done = world.run(&["image", "list", "--profile", "typo"]);
    assert_eq!(
        (done.status, done.err.as_str()),
        (
            2,
            "error: there is no profile `typo`\nhelp: there are these profiles: `default`, `lab`\n"
        )
    );
    let variables = [("ZSTACK_PROFILE", "typo"), ("LANG", "zh_CN.UTF-8")];
    let done = world.run_with(&["logout"], &variables);
    assert_eq!(
        (done.status, done.err.as_str()),
        (
            2,
            "错误：没有名为 `typo` 的配置\n建议：现有配置：`default`、`lab`\n"
        )
    );
}

#[cfg(unix)]
#[test]
fn the_file_of_a_password_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new(SimulatedNode::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let (url, source) = (world.node.url(), format!("@{}", file.display()));
    let words = ["login", "--url", &url, "--password", &source];
    for (mode, status, message) in [
        (0o644, 2, "is not for its owner alone: its mode is 0644"),
        (0o600, 0, "note: logged in to"),
    ] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let done = world.run(&words);
        assert_eq!(done.status, status, "{}", done.err);
        assert!(done.err.contains(message), "{}", done.err);
    }
}

#[test]
fn what_is_wrong_before_anything_is_sent_is_usage() {
    let world = World::new(SimulatedNode::builder());
    let url = world.node.url();
    for (words, expected) in [
        (&["image", "list"][..], "the node is not known"),
        (&["image", "list", "--url", &url], "there is no session"),
        (
            &["login", "--url", &url, "--password", "hunter2"],
            "others can see a secret on a command line",
        ),
        (&["login", "--url", &url], "no terminal to ask on"),
        (
            &["image", "list", "--url", "nowhere"],
            "cannot connect to the node",
        ),
    ] {
        let done = world.run(words);
        assert_eq!(done.status, 2, "{words:?}: {}", done.err);
        assert!(done.err.contains(expected), "{words:?}: {}", done.err);
        assert!(!done.err.contains("hunter2"), "{words:?}: {}", done.err);
    }
    let wrong = [("ZSTACK_PASSWORD", "wrong")];
    let done = world.run_with(&["login", "--url", &url], &wrong);
    assert_eq!(done.status, 1, "{}", done.err);
    assert!(
        done.err
            .contains("help: check the account and the password"),
        "{}",
        done.err
    );
    let nowhere = ["image", "list", "--url", "http://127.0.0.1:9"];
    let done = world.run_with(&nowhere, &[("ZSTACK_SESSION", "x")]);
    assert_eq!(done.status, 4, "{}", done.err);
}

#[test]
fn help_is_in_the_language_of_the_locale() {
    let world = World::new(SimulatedNode::builder());
    let done = world.run(&["image", "recover", "--help"]);
    assert!(
        done.out.contains("Recovers a deleted image"),
        "{}",
        done.out
    );
    let done = world.run_with(
        &["image", "recover", "--help"],
        &[("LC_ALL", "zh_CN.UTF-8")],
    );
    assert!(
        done.out.contains("从回收站恢复已删除的镜像"),
        "{}",
        done.out
    );
}

#[test]
fn a_field_that_the_output_has_not_is_usage() {
    let world = World::logged_in(SimulatedNode::builder());
    let requests = world.node.log().requests.len();
    for (words, expected) in [
        (
            &["image", "list", "--fields", "nosuch"][..],
            "the response has no field `nosuch`\nhelp: it has `uuid`, `name`, ",
        ),
        (
            &["image", "show", IMAGE, "--fields", "name,sttaus"],
            "the response has no field `sttaus`\nhelp: did you mean `status`?",
        ),
        (
            &[
                "image",
                "recover",
                IMAGE,
                "--fields",
                "backupStorageRefs.installpath",
            ],
            "help: did you mean `backupStorageRefs.installPath`?",
        ),
        (
            &["image", "recover", IMAGE, "--no-wait", "--fields", "name"],
            "help: it has `job`",
        ),
        (
            &["image", "delete", IMAGE, "--fields", "name"],
            "help: it has no fields",
        ),
        (
            &["job", "list", "--fields", "uid"],
            "help: did you mean `uuid`?",
        ),
    ] {
        let done = world.run(words);
        assert_eq!((done.status, done.out.as_str()), (2, ""), "{words:?}");
        assert!(done.err.contains(expected), "{words:?}: {}", done.err);
    }
    assert_eq!(world.node.log().requests.len(), requests);
}

#[test]
fn errors_are_json_where_output_is() {
    let world = World::logged_in(SimulatedNode::builder());
    let nowhere = "d019173f2b5742868058049be43033a2";
    let expired = [("ZSTACK_SESSION", nowhere)];
    for (words, variables, status, code, remedy) in [
        (
            &["image", "recover"][..],
            &[][..],
            2,
            None,
            "--help explains",
        ),
        (&["image", "lst"], &[], 2, None, "did you mean 'list'?"),
        (
            &["image", "show", "none"],
            &[],
            2,
            None,
            "`zstack image list` shows",
        ),
        (
            &["image", "recover", IMAGE, "--backup-storage", nowhere],
            &[],
            1,
            Some("SYS.1007"),
            "check the conditions",
        ),
        (
            &["image", "list"],
            &expired,
            1,
            Some("ID.1001"),
            "`zstack login`",
        ),
        (
            &["image", "list", "--url", "http://127.0.0.1:9"],
            &expired,
            4,
            None,
            "check the address",
        ),
    ] {
        let words = [words, &["-o", "json"]].concat();
        let done = world.run_with(&words, variables);
        assert_eq!((done.status, done.out.as_str()), (status, ""), "{words:?}");
        let value: serde_json::Value = serde_json::from_str(&done.err).unwrap();
        let error = &value["error"];
        assert_eq!(error["status"], status, "{words:?}");
        assert_eq!(error["code"].as_str(), code, "{words:?}");
        assert!(!error["message"].as_str().unwrap().is_empty());
        let help = error["remedy"].as_str().unwrap();
        assert!(help.contains(remedy), "{words:?}: {help}");
    }
}
