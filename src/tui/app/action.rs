//! Everything that a key can do. This table feeds dispatch, the bottom line, the help page and
//! the README.

/// Where an action belongs. A screen listens to its own context and to those it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// All screens.
    Everywhere,
    /// All lists, trees and long texts.
    Move,
    /// Views of two panes.
    Panes,
    /// The explorer.
    Explorer,
    /// The files view.
    Files,
    /// The why view.
    Why,
    /// The matrix.
    Matrix,
    /// The compare view.
    Compare,
    /// The fleet.
    Fleet,
    /// Tags and repositories.
    List,
    /// The editor of a draft.
    Draft,
    /// The page of a push.
    Push,
    /// The list of drafts.
    Drafts,
    /// A menu over a screen.
    Menu,
}

impl Context {
    /// The section in a keymap file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Move => "move",
            Self::Panes => "panes",
            Self::Explorer => "explorer",
            Self::Files => "files",
            Self::Why => "why",
            Self::Matrix => "matrix",
            Self::Compare => "compare",
            Self::Fleet => "fleet",
            Self::List => "list",
            Self::Draft => "draft",
            Self::Push => "push",
            Self::Drafts => "drafts",
            Self::Menu => "menu",
        }
    }

    /// The heading in the help page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Move => "Moving",
            Self::Panes => "Two panes",
            Self::Explorer => "Explorer",
            Self::Files => "Files: of an image, and of one layer",
            Self::Why => "Why: what an engine picks on a machine",
            Self::Matrix => "Matrix: who gets what",
            Self::Compare => "Compare: what differs",
            Self::Fleet => "Fleet: what machines get of many images",
            Self::List => "Tags and repositories",
            Self::Draft => "Draft: a list being edited",
            Self::Push => "Push",
            Self::Drafts => "Drafts and pushes",
            Self::Menu => "Menus",
        }
    }

    /// Whether the view of this context listens to [`Context::Panes`], too.
    #[must_use]
    pub fn has_panes(self) -> bool {
        matches!(self, Self::Explorer | Self::Files)
    }

    /// Whether an action belongs here.
    #[must_use]
    pub fn has(self, action: Action) -> bool {
        action.info().is_some_and(|info| info.context == self)
    }

    /// All contexts in the order of the help page.
    pub const ALL: [Self; 14] = [
        Self::Explorer,
        Self::Move,
        Self::Panes,
        Self::Files,
        Self::Why,
        Self::Matrix,
        Self::Compare,
        Self::Fleet,
        Self::List,
        Self::Draft,
        Self::Push,
        Self::Drafts,
        Self::Menu,
        Self::Everywhere,
    ];
}

macro_rules! actions {
    ($($action:ident, $context:ident, $name:literal, $hint:literal, $weight:literal, $description:literal;)*) => {
        /// Something that a key does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $description] $action,)*
        }

        impl Action {
            /// The table of all actions.
            pub const ALL: &'static [Info] = &[
                $(Info {
                    action: Action::$action,
                    context: Context::$context,
                    name: $name,
                    hint: $hint,
                    weight: $weight,
                    description: $description,
                },)*
            ];
        }
    };
}

/// What is known of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// The action.
    pub action: Action,
    /// Where it belongs.
    pub context: Context,
    /// Its name in a keymap file.
    pub name: &'static str,
    /// The word in the bottom line.
    pub hint: &'static str,
    /// How long it stays in the bottom line when room gets scarce; 0 is never shown there.
    pub weight: u8,
    /// What it does, for the help page.
    pub description: &'static str,
}

actions! {
    Toggle, Explorer, "toggle", "open", 90, "open or close the node";
    In, Explorer, "in", "", 0, "open the node, or go to its first child";
    Out, Explorer, "out", "", 0, "close the node, or go to its parent";
    Pane, Explorer, "pane", "detail", 66, "go to the other pane";
    RuleBack, Panes, "rule-back", "", 0, "move the rule between the panes to the left, or up";
    RuleForth, Panes, "rule-forth", "", 0, "move the rule between the panes to the right, or down";
    Zoom, Panes, "zoom", "", 0, "show the pane in focus alone; again shows both";
    DetailDown, Panes, "detail-down", "", 0, "scroll the detail or the file half a page down, from the tree too";
    DetailUp, Panes, "detail-up", "", 0, "scroll the detail or the file half a page up, from the tree too";
    Summary, Explorer, "summary", "", 0, "show the summary of the node";
    Raw, Explorer, "raw", "", 0, "show the node's exact bytes, laid out and coloured";
    Layers, Explorer, "layers", "", 0, "show the layers with the build steps that made them";
    Truth, Explorer, "truth", "", 0, "show what list, config and programs say; opening the node there reads its programs, and again all that the images hold";
    Evidence, Explorer, "evidence", "", 0, "show which signatures, provenance and SBOMs there are, and for what (asks what refers to the images)";
    LookHere, Explorer, "look-here", "", 0, "say what this machine's engines have of the image already, and what a pull fetches";
    Files, Explorer, "files", "files", 65, "show the files of the image or layer (reads its layers)";
    AsIs, Explorer, "as-is", "bytes as they are", 30, "in Raw: switch between laid-out JSON and the bytes as they are";
    SortPackages, Explorer, "sort", "sort", 29, "in the Summary of an SBOM: sort its packages by name, version, licence, architecture, and by type again";
    Why, Explorer, "why", "why", 75, "say which entry an engine picks on a machine, and why";
    Matrix, Explorer, "matrix", "matrix", 55, "show who gets what: every machine with every engine";
    Mark, Explorer, "mark", "mark", 52, "mark the node, to compare it with another; again takes the mark away";
    Compare, Explorer, "compare", "compare", 58, "compare the marked node with this one; without a mark, with a reference";
    Search, Explorer, "search", "search", 80, "search in what is loaded; in the detail pane, in its text";
    NextMatch, Explorer, "next-match", "", 0, "go to the next match";
    PreviousMatch, Explorer, "previous-match", "", 0, "go to the previous match";
    SaveBytes, Explorer, "save", "save", 28, "save the node's exact bytes to this machine's disk";
    Pager, Explorer, "pager", "", 0, "open the text of the detail pane in $PAGER";
    CopyDigest, Explorer, "copy-digest", "copy", 60, "copy the node's full digest";
    CopyMenu, Explorer, "copy-menu", "copy more", 20, "choose what to copy: digest, references, JSON, pull commands of six tools, FROM and image lines";
    Reload, Explorer, "reload", "reload", 40, "load again what failed here; otherwise ask whether the tag has moved";
    Login, Explorer, "login", "log in", 94, "log in to the registry that refused: asks for a name and a password, and keeps them where Docker does";
    KeepSession, Explorer, "keep-session", "", 0, "keep all that is loaded of the reference in one file, which opens offline";
    EditList, Explorer, "edit", "edit", 65, "edit: open the list as a draft; an image becomes the first of a new list";
    ExportList, Explorer, "export", "export", 22, "open the list as a draft, and show how other tools make it, the best tool first";
    AddToDraft, Explorer, "add-to-draft", "add to draft", 45, "add the image or list to the draft, or start one with it";
    Tags, Explorer, "tags", "tags", 64, "list the repository's tags";
    OpenReference, Explorer, "open-reference", "open another", 35, "open another reference";
    Down, Move, "down", "", 0, "one line down";
    Up, Move, "up", "", 0, "one line up";
    PageDown, Move, "page-down", "", 0, "one page down";
    PageUp, Move, "page-up", "", 0, "one page up";
    HalfDown, Move, "half-down", "", 0, "half a page down";
    HalfUp, Move, "half-up", "", 0, "half a page up";
    First, Move, "first", "", 0, "to the first line";
    Last, Move, "last", "", 0, "to the last line";
    FilesOpen, Files, "open", "open", 90, "open or close the folder; look at the file; go where the link leads";
    FilesIn, Files, "in", "", 0, "open the folder, or go to what is in it";
    FilesOut, Files, "out", "", 0, "close the folder, or go to the one it lies in";
    FilesNextLayer, Files, "next-layer", "next layer", 70, "show the next layer alone; after the last, all of them merged";
    FilesPreviousLayer, Files, "previous-layer", "", 0, "show the layer before alone";
    FilesWasted, Files, "wasted", "wasted", 65, "list what one layer wrote and a later one replaced or removed";
    FilesSort, Files, "sort", "sort", 18, "sort the files in each folder by size, the largest first; again by name";
    FilesSearch, Files, "search", "search", 80, "search by name, with a slash in whole paths; in an open file, in its text";
    FilesNextMatch, Files, "next-match", "", 0, "go to the next match";
    FilesPreviousMatch, Files, "previous-match", "", 0, "go to the previous match";
    FilesBlame, Files, "blame", "blame", 55, "show which line of the Dockerfile made the file (reads the provenance), and the bytes of each line";
    FilesHex, Files, "hex", "hex", 58, "show the open file as hex; again as text";
    FilesPane, Files, "pane", "tree", 57, "go to the tree, or back to the file that is open beside it";
    FilesSave, Files, "save", "save", 60, "save the file to this machine's disk";
    FilesCopy, Files, "copy-path", "copy", 50, "copy the path";
    FilesCopyMenu, Files, "copy-menu", "copy more", 20, "choose what to copy: path, digest of the file, its layer";
    FilesRetry, Files, "retry", "read again", 95, "read again the layers that failed, or the file";
    GoToEntry, Why, "go-to-entry", "go there", 90, "go to this entry in the tree";
    NextEngine, Why, "next-engine", "next engine", 80, "the next engine";
    PreviousEngine, Why, "previous-engine", "", 0, "the engine before";
    NextHost, Why, "next-host", "next host", 75, "the next machine";
    PreviousHost, Why, "previous-host", "", 0, "the machine before";
    ChooseEngine, Why, "choose-engine", "engines", 70, "choose the engine from a list";
    ChooseHost, Why, "choose-host", "hosts", 70, "choose the machine from a list";
    TypeHost, Why, "type-host", "type a host", 40, "type a machine: linux/arm/v7, windows(10.0.20348)/amd64";
    TypeRequest, Why, "type-request", "platform", 50, "type the platform that the user asked the engine for (its --platform)";
    WhyPane, Why, "why-pane", "findings", 85, "go to the findings, or back to the trace";
    WhyCopy, Why, "why-copy", "copy", 45, "copy the entry's full digest, or the finding's next step";
    WhyCopyAll, Why, "why-copy-all", "", 0, "copy the answer and all findings as text";
    WhyMatrix, Why, "why-matrix", "matrix", 55, "show who gets what";
    MatrixWhy, Matrix, "matrix-why", "why", 90, "say why this engine picks that on this machine";
    MatrixLeft, Matrix, "left", "", 0, "to the engine on the left";
    MatrixRight, Matrix, "right", "next engine", 60, "to the engine on the right";
    CompareGo, Compare, "compare-go", "go there", 90, "go to this node in the tree (of B, else of A); of a file, show what differs in it";
    NextDifference, Compare, "next-difference", "next difference", 80, "the next line that differs";
    PreviousDifference, Compare, "previous-difference", "", 0, "the line before that differs";
    CompareToggle, Compare, "toggle", "fold", 70, "open or fold what is under the line";
    CompareIn, Compare, "in", "", 0, "open what is under the line";
    CompareOut, Compare, "out", "", 0, "fold it, or go to the line that it is under";
    CompareFiles, Compare, "compare-files", "files", 65, "compare the files of the two images: downloads the layers that only one has, others where it must";
    ComparePackages, Compare, "compare-packages", "packages", 63, "compare the packages of the two images: from their SBOMs, else from the databases of dpkg and apk in their layers";
    CompareCopy, Compare, "copy-comparison", "copy", 60, "copy the comparison as text";
    CompareCopyMenu, Compare, "copy-menu", "copy more", 50, "choose what to copy: text, JSON patch, unified diff, digests";
    CompareSwap, Compare, "swap", "swap", 40, "exchange A and B";
    FleetOpen, Fleet, "fleet-open", "open", 90, "open the image";
    FleetWhy, Fleet, "fleet-why", "why", 88, "say why the engine picks what it does on the machine under the cursor";
    FleetLeft, Fleet, "left", "", 0, "the machine at the left";
    FleetRight, Fleet, "right", "", 0, "the machine at the right";
    FleetFilter, Fleet, "fleet-filter", "filter", 80, "show only images with this in their name, file or owner";
    FleetRetry, Fleet, "fleet-retry", "ask again", 50, "ask again about what could not be read";
    FleetCopy, Fleet, "copy-image", "copy", 60, "copy the reference of the image";
    Choose, List, "choose", "open", 90, "open the tag or repository";
    Filter, List, "filter", "filter", 80, "narrow the list by typing (fuzzy)";
    CompareTags, List, "compare-tags", "compare", 55, "mark the tag; on another tag, compare both";
    PickTag, List, "pick", "mark", 42, "mark the tag, to delete it with others; again takes the mark away";
    DeleteTags, List, "delete-tags", "delete", 41, "delete the marked tags, or the one under the cursor: shows what that would do, and asks";
    CopyTag, List, "copy-tag", "", 0, "give another tag what this one holds: shows what that would do, and asks";
    RenameTag, List, "rename-tag", "", 0, "rename the tag: shows what that would do, and asks";
    TagSizes, List, "tag-sizes", "sizes", 37, "show how large the images of the tags are, the newest first; again shows the list";
    CopyName, List, "copy-name", "copy", 60, "copy the full reference";
    ListReload, List, "list-reload", "reload", 40, "ask the registry again";
    ListOpenReference, List, "list-open-reference", "open another", 35, "open another reference";
    EditEntry, Draft, "edit-entry", "platform", 90, "edit the platform of the entry";
    AddImage, Draft, "add-image", "add", 85, "add an image by reference: all its platforms or some";
    RemoveEntry, Draft, "remove", "remove", 70, "remove the entry, and its attestations with it";
    RemoveKeeping, Draft, "remove-keeping", "", 0, "remove the entry and keep its attestations";
    ReplaceEntry, Draft, "replace", "replace", 42, "put another image in the entry's place";
    MoveDown, Draft, "move-down", "", 0, "move the entry down";
    MoveUp, Draft, "move-up", "", 0, "move the entry up";
    BringReferrers, Draft, "referrers", "", 0, "push what refers to the entry beside the list: signatures, SBOMs";
    Annotate, Draft, "annotate", "annotate", 50, "edit the entry's annotations";
    EditFields, Draft, "edit-list", "list fields", 41, "edit the list's artifactType, subject and annotations";
    SwitchFormat, Draft, "format", "format", 40, "switch between OCI index and Docker manifest list";
    Fix, Draft, "fix", "fix", 75, "apply the fix of the problem shown";
    NextProblem, Draft, "next-problem", "next problem", 60, "go to the next problem";
    Undo, Draft, "undo", "undo", 80, "undo the last edit";
    Redo, Draft, "redo", "redo", 30, "redo what was undone";
    Fold, Draft, "fold", "", 0, "show or hide the image's attestations";
    SetTarget, Draft, "target", "target", 55, "say where the draft is to be pushed: repository and tags";
    MarkDraft, Draft, "mark", "", 0, "mark the draft as it is now, to compare a node with it; again takes the mark away";
    CompareDraft, Draft, "compare", "compare", 52, "compare the marked node with the draft; without a mark, a reference";
    PushDraft, Draft, "push", "push", 88, "show what a push would do, and ask whether to do it";
    ExportDraft, Draft, "export", "export", 39, "show how other tools make the list, what each keeps of it, the best first; copies the script";
    NextTab, Draft, "next-tab", "", 0, "the next tab";
    PreviousTab, Draft, "previous-tab", "", 0, "the tab before";
    TabEntries, Draft, "entries", "", 0, "show the entries";
    TabPreview, Draft, "preview", "", 0, "show the exact JSON, or what differs";
    TabPlan, Draft, "plan", "", 0, "show the steps of a push, and what is there already";
    TabEffects, Draft, "effects", "", 0, "show which machines will get something else";
    Against, Draft, "against", "diff", 78, "in Preview: the JSON, what differs from the base, what differs from the tag now";
    Survey, Draft, "survey", "look again", 77, "in Plan and Effects: ask the registry again";
    CopyDraftDigest, Draft, "copy-draft-digest", "", 0, "copy the entry's full digest; in the other tabs the list's";
    PushSwitch, Push, "push-switch", "other button", 80, "go to the other button";
    PushTake, Push, "push-take", "choose", 90, "press the button; once it is over, go back";
    PushYes, Push, "push-yes", "push", 85, "push, wherever the focus is";
    PushNo, Push, "push-no", "do not", 84, "do not push, wherever the focus is";
    PushUndo, Push, "undo-push", "undo the push", 70, "once it is over: put the tag back to what it was before the push";
    DraftOpen, Drafts, "open-draft", "open", 90, "go on with the draft";
    DraftDiscard, Drafts, "discard", "discard", 60, "discard the draft (asks first)";
    UndoPush, Drafts, "undo-push", "undo the push", 70, "put the tag back to what it was before the push";
    MenuToggle, Menu, "menu-toggle", "mark", 60, "mark the line, or take the mark away";
    MenuFilter, Menu, "menu-filter", "filter", 70, "narrow the lines by typing (fuzzy)";
    MenuChoose, Menu, "menu-choose", "choose", 90, "take the marked line";
    MenuNext, Menu, "menu-next", "", 0, "to the next line or answer, from the last to the first";
    MenuPrevious, Menu, "menu-previous", "", 0, "to the line or answer before";
    MenuYes, Menu, "menu-yes", "yes", 88, "in a question: do what is asked about";
    MenuNo, Menu, "menu-no", "no", 87, "in a question: do not";
    Help, Everywhere, "help", "all keys", 100, "show or hide this page";
    Palette, Everywhere, "palette", "", 0, "find an action by typing a part of what it does, and do it";
    Messages, Everywhere, "messages", "", 0, "show every message of the session in full";
    Requests, Everywhere, "requests", "", 0, "show what each request to registries took";
    Back, Everywhere, "back", "back", 45, "one step back";
    Earlier, Everywhere, "earlier", "", 0, "to the screen before, whatever is open on this one";
    Later, Everywhere, "later", "", 0, "back to the screen that was left last";
    Live, Everywhere, "live", "", 0, "ask the registry again and again, and mark what moved: an opened reference, the tags on the screen; again ends it";
    Bookmark, Everywhere, "bookmark", "", 0, "keep the reference as a bookmark, for the start page and the list of screens; again takes it away";
    Open, Everywhere, "open-screens", "", 0, "choose among the screens that are open or were left";
    Quit, Everywhere, "quit", "quit", 85, "quit";
    Drafts, Everywhere, "drafts", "drafts", 25, "show the drafts and the last pushes";
    Look, Everywhere, "theme", "", 0, "choose the theme; the screen has each while the cursor is on it";
    Mouse, Everywhere, "mouse", "", 0, "give the mouse to the terminal, for its own selection, or take it back";
    Suspend, Everywhere, "suspend", "", 0, "go to the background (fg comes back)";
    Redraw, Everywhere, "redraw", "", 0, "draw the screen anew";
}

impl Action {
    /// What is known of this action.
    #[must_use]
    pub fn info(self) -> Option<&'static Info> {
        Self::ALL.iter().find(|info| info.action == self)
    }

    /// The action of this name in a context.
    #[must_use]
    pub fn named(context: Context, name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|info| info.context == context && info.name == name)
            .map(|info| info.action)
    }
}
