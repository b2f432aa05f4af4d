using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Localisation;

/// <summary>
/// Every text of the application in both languages. A key is a field, so a missing one does not compile; a test looks for empty texts,
/// for Chinese without Chinese characters and for placeholders that differ.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Documentation", "CS1591", Justification = "A key says what it is.")]
public static partial class Texts
{
    // The application
    public static readonly LocalizedText Product = LocalizedText.Same("TrainingLab");
    public static readonly LocalizedText Tagline = new("A factory of your own, to learn the industrial internet on.", "在属于自己的工厂里学习工业互联网。");
    public static readonly LocalizedText TaglineMore = new(
        "Emulated machines that speak real OPC UA and MQTT, on a plant network that you configure. Work in the browser or with any real tool; see at once what holds and what does not.",
        "仿真设备使用真实的 OPC UA 和 MQTT 协议，运行在由你配置的车间网络上。用浏览器或任何真实工具操作，结果立即可见。");
    public static readonly LocalizedText SkipToContent = new("Skip to content", "跳到正文");
    public static readonly LocalizedText MainNavigation = new("Main", "主导航");
    public static readonly LocalizedText SwitchLanguage = new("中文", "English");
    public static readonly LocalizedText SwitchLanguageLabel = new("Switch to Chinese 中文", "切换到英文 English");
    public static readonly LocalizedText Labs = new("Labs", "实验");
    public static readonly LocalizedText Classes = new("Classes", "班级");
    public static readonly LocalizedText AccountTitle = new("Account", "账户");
    public static readonly LocalizedText SignOut = new("Sign out", "退出登录");
    public static readonly LocalizedText Close = new("Close", "关闭");
    public static readonly LocalizedText Cancel = new("Cancel", "取消");
    public static readonly LocalizedText Confirm = new("Confirm", "确认");
    public static readonly LocalizedText Connected = new("Live", "实时");
    public static readonly LocalizedText Reconnecting = new("Reconnecting…", "正在重新连接…");
    public static readonly LocalizedText RequestFailed = new("That did not work. Check the connection and try again.", "操作未成功，请检查连接后重试。");
    public static readonly LocalizedText ApiDescription = new("API description", "API 说明");

    // Signing in
    public static readonly LocalizedText SignIn = new("Sign in", "登录");
    public static readonly LocalizedText SignInHint = new("From any PC, with your number and PIN.", "在任何电脑上用学号和 PIN 登录。");
    public static readonly LocalizedText NumberOrUser = new("Student number or user name", "学号或用户名");
    public static readonly LocalizedText PinOrPassword = new("PIN or password", "PIN 或密码");
    public static readonly LocalizedText ClassField = new("Class", "班级");
    public static readonly LocalizedText Join = new("Join a class", "加入班级");
    public static readonly LocalizedText JoinHint = new("The first time, with the code from your instructor.", "首次使用时，输入教师给出的加入码。");
    public static readonly LocalizedText JoinCode = new("Join code", "加入码");
    public static readonly LocalizedText YourName = new("Name", "姓名");
    public static readonly LocalizedText StudentNumber = new("Student number", "学号");
    public static readonly LocalizedText ChoosePin = new("Choose a PIN (at least 4 characters)", "设置 PIN（至少 4 个字符）");
    public static readonly LocalizedText JoinButton = new("Join", "加入");
    public static readonly LocalizedText Try = new("Try a lab", "试做实验");
    public static readonly LocalizedText TryHint = new("You are at the server itself, so no account is needed.", "你正在服务器本机上访问，无需账户。");
    public static readonly LocalizedText UnknownJoinCode = new("No class has this join code.", "没有班级使用此加入码。");
    public static readonly LocalizedText NumberTaken = new("This number has joined already, and the PIN is not the one chosen then.", "该学号已加入，且 PIN 与当时设置的不一致。");
    public static readonly LocalizedText JoinInvalid = new("Fill in every field; the PIN needs at least {0} characters.", "请填写所有内容；PIN 至少 {0} 个字符。");
    public static readonly LocalizedText Throttled = new("Too many wrong attempts. Try again in {0} s.", "错误次数过多，请在 {0} 秒后重试。");
    public static readonly LocalizedText AmbiguousNumber = new("This number exists in several classes. Choose yours.", "多个班级中有此学号，请选择你的班级。");
    public static readonly LocalizedText WrongPin = new("No such number, or not its PIN.", "学号不存在或 PIN 不正确。");
    public static readonly LocalizedText Welcome = new("Welcome, instructor", "欢迎，教师");
    public static readonly LocalizedText WelcomeHint = new("This link works once. Choose how you will sign in from now on.", "此链接只能使用一次。请设置今后的登录方式。");
    public static readonly LocalizedText UserName = new("User name", "用户名");
    public static readonly LocalizedText Password = new("Password (at least 8 characters)", "密码（至少 8 个字符）");
    public static readonly LocalizedText Start = new("Start", "开始");
    public static readonly LocalizedText LinkInvalid = new("This link has been used or is too old. Restart the server for a new one, or sign in.", "此链接已使用或已过期。请重新启动服务器获取新链接，或直接登录。");
    public static readonly LocalizedText InstructorInvalid = new("Fill in every field; the password needs at least {0} characters.", "请填写所有内容；密码至少 {0} 个字符。");
    public static readonly LocalizedText Guest = new("Guest", "访客");
    public static readonly LocalizedText Instructor = new("Instructor", "教师");
    public static readonly LocalizedText Student = new("Student", "学生");

    // Account
    public static readonly LocalizedText SignedInAs = new("Signed in as", "当前登录");
    public static readonly LocalizedText TokenTitle = new("Token for programs", "程序令牌");
    public static readonly LocalizedText TokenHint = new("For the lab command and your own programs. It is shown once; it ends when you have not used it for 14 days.", "供 lab 命令和自己的程序使用。只显示一次；14 天未使用即失效。");
    public static readonly LocalizedText NewToken = new("Make a token", "生成令牌");

    // Labs
    public static readonly LocalizedText LabsLead = new("Each lab starts a factory that only you work on.", "每个实验都会启动一座只属于你的工厂。");
    public static readonly LocalizedText Track = new("Track", "方向");
    public static readonly LocalizedText Level = new("Level", "等级");
    public static readonly LocalizedText Position = new("Position", "岗位");
    public static readonly LocalizedText Positions = new("Positions", "岗位");
    public static readonly LocalizedText All = new("All", "全部");
    public static readonly LocalizedText Filter = new("Filter", "筛选");
    public static readonly LocalizedText NoLabs = new("No lab matches.", "没有符合条件的实验。");
    public static readonly LocalizedText MinutesUnit = new("{0} min", "{0} 分钟");
    public static readonly LocalizedText PointsUnit = new("{0} points", "{0} 分");
    public static readonly LocalizedText LabCount = new("{0} labs", "共 {0} 个实验");
    public static readonly LocalizedText LevelJunior = new("Junior", "初级");
    public static readonly LocalizedText LevelIntermediate = new("Intermediate", "中级");
    public static readonly LocalizedText LevelSenior = new("Senior", "高级");
    public static readonly LocalizedText StartLab = new("Start the lab", "开始实验");
    public static readonly LocalizedText StartAgain = new("Start a new attempt", "重新作答");
    public static readonly LocalizedText Resume = new("Go on", "继续");
    public static readonly LocalizedText YourAttempts = new("Your attempts", "我的作答");
    public static readonly LocalizedText Members = new("Others in your group: their student numbers, with commas", "同组其他成员的学号，用逗号分隔");
    public static readonly LocalizedText WorkInGroup = new("Work in a group", "小组完成");
    public static readonly LocalizedText GroupInvalid = new("A group has at most four members of one class, each named once by student number.", "小组最多四人，须为同一班级，每人的学号只填一次。");
    public static readonly LocalizedText SeedForInstructors = new("Only an instructor may choose the seed.", "只有教师可以指定随机种子。");
    public static readonly LocalizedText SeedField = new("Seed (empty draws one)", "随机种子（留空则随机）");
    public static readonly LocalizedText ValuesNotDrawn = new("Names in ‹ › stand for values that are drawn for you when you start.", "‹ › 中的名称代表开始实验时为你随机生成的数值。");
    public static readonly LocalizedText ScoreOf = new("{0} of {1} points", "{0} / {1} 分");
    public static readonly LocalizedText Guide = new("Guide", "指导书");
    public static readonly LocalizedText Tasks = new("Tasks", "任务");

    // Errors
    public static readonly LocalizedText NotFoundTitle = new("Not found", "未找到");
    public static readonly LocalizedText NotFoundText = new("There is nothing at this address, or it is not yours to see.", "此地址没有内容，或你无权查看。");
    public static readonly LocalizedText ForbiddenTitle = new("Not allowed", "无权访问");
    public static readonly LocalizedText ForbiddenText = new("Your account may not do this.", "你的账户无权执行此操作。");
    public static readonly LocalizedText SignInFirst = new("Sign in first. Your session has ended, or there was none.", "请先登录。会话已结束，或尚未登录。");
    public static readonly LocalizedText StaleTitle = new("This page is out of date", "页面已过期");
    public static readonly LocalizedText StaleText = new("You have signed in or out since it was opened, or the request came from another site. Go back, reload the page and try again.", "页面打开后登录状态已改变，或请求来自其他网站。请返回并刷新页面后重试。");
    public static readonly LocalizedText RequestRefusedTitle = new("The request could not be understood", "无法理解该请求");
    public static readonly LocalizedText RequestRefusedText = new("Something in it is missing or malformed. Check it and try again.", "请求内容缺失或格式有误，请检查后重试。");
    public static readonly LocalizedText MethodTitle = new("Not possible here", "此处不支持该操作");
    public static readonly LocalizedText MethodText = new("This address does not take requests of this kind.", "此地址不接受这类请求。");
    public static readonly LocalizedText MediaTypeText = new("The body must be JSON, with the content type application/json.", "请求正文必须是 JSON，内容类型为 application/json。");
    public static readonly LocalizedText TooLargeTitle = new("Too large", "内容过大");
    public static readonly LocalizedText TooLargeText = new("The request has more data than this address takes.", "请求的数据超过了此地址允许的大小。");
    public static readonly LocalizedText GuestsElsewhere = new("Trying without an account is for a browser or program on the server itself.", "只有服务器本机上的浏览器或程序可以免账户试做。");
    public static readonly LocalizedText ErrorTitle = new("Something went wrong here", "服务器出错");
    public static readonly LocalizedText DiskFullTitle = new("The server's disk is full", "服务器磁盘已满");
    public static readonly LocalizedText DiskFullText = new("Nothing that you do now can be kept, so it was not done. All that was confirmed before is kept. Tell your instructor; when there is space again, go on where you are.", "当前操作无法保存，因此未执行。此前已确认的内容均已保存。请告诉教师；腾出空间后即可继续。");
    public static readonly LocalizedText ErrorText = new("This is our fault, not yours. Your work up to now is kept. Try again; if it happens again, tell your instructor.", "这是系统的问题，与你的操作无关。已完成的内容均已保存。请重试；若再次出现，请告诉教师。");
    public static readonly LocalizedText BackToLabs = new("Back to the labs", "返回实验列表");
    public static readonly LocalizedText LineTooLong = new("The text is empty or too long.", "内容为空或过长。");
    public static readonly LocalizedText CohortNameInvalid = new("Give the class a name of at most 64 characters.", "请输入班级名称，最多 64 个字符。");

    // Instructor
    public static readonly LocalizedText ClassesLead = new("Give students the join code; they choose a PIN themselves.", "把加入码告诉学生，由学生自行设置 PIN。");
    public static readonly LocalizedText NewClass = new("New class", "新建班级");
    public static readonly LocalizedText ClassName = new("Name of the class", "班级名称");
    public static readonly LocalizedText Create = new("Create", "创建");
    public static readonly LocalizedText NoClasses = new("No class yet. Make the first one below.", "还没有班级，请在下方新建。");
    public static readonly LocalizedText Students = new("Students", "学生");
    public static readonly LocalizedText NoStudents = new("Nobody has joined yet. Students appear here by themselves.", "还没有学生加入。学生加入后会自动显示在这里。");
    public static readonly LocalizedText Attempts = new("Attempts", "作答");
    public static readonly LocalizedText AttemptsLive = new("Attempts, live", "实时作答");
    public static readonly LocalizedText NoAttempts = new("No attempt yet. It appears here as soon as a student starts a lab.", "还没有作答。学生开始实验后会自动显示在这里。");
    public static readonly LocalizedText LabColumn = new("Lab", "实验");
    public static readonly LocalizedText Score = new("Score", "得分");
    public static readonly LocalizedText LastAction = new("Last action", "最近操作");
    public static readonly LocalizedText State = new("State", "状态");
    public static readonly LocalizedText Started = new("Started", "开始时间");
    public static readonly LocalizedText Open = new("Open", "打开");
    public static readonly LocalizedText OpenOf = new("Open {0}", "打开 {0}");
    public static readonly LocalizedText ResetPin = new("Reset PIN", "重置 PIN");
    public static readonly LocalizedText ResetPinOf = new("Reset the PIN of {0}", "重置 {0} 的 PIN");
    public static readonly LocalizedText ResetPinConfirm = new("Take the PIN of {0} away? They are signed out, join again with the join code and choose a new one.", "确定重置 {0} 的 PIN 吗？该学生会被退出登录，需用加入码重新加入并设置新的 PIN。");
    public static readonly LocalizedText PinMissing = new("no PIN, has to join again", "无 PIN，需重新加入");
    public static readonly LocalizedText Invite = new("Invite students", "邀请学生");
    public static readonly LocalizedText InviteHint = new("Write the code on the board or send the address. Each student enters name and number once and chooses a PIN.", "把加入码写在黑板上，或把地址发给学生。每位学生只需填写一次姓名和学号，并设置 PIN。");
    public static readonly LocalizedText JoinAddress = new("Address for students", "学生访问地址");
    public static readonly LocalizedText DownloadResults = new("Results as CSV", "下载成绩 CSV");
    public static readonly LocalizedText StateRunning = new("running", "进行中");
    public static readonly LocalizedText StateFrozen = new("paused", "已暂停");
    public static readonly LocalizedText StateHandingIn = new("handing in", "交卷中");
    public static readonly LocalizedText StateHandedIn = new("handed in", "已交卷");
    public static readonly LocalizedText Passed = new("passed", "通过");
    public static readonly LocalizedText NotPassed = new("not passed", "未通过");
}
