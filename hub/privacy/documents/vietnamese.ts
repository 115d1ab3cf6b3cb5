/**
 * The data map's own sentences in Vietnamese, by the English ones. One that is not here stops every document: a notice that
 * says less in one language than in the other is none.
 */
export const vietnamese: Readonly<Record<string, string>> = {
  "answer why a lamp changed, and why something due did not happen":
    "trả lời vì sao đèn thay đổi và vì sao một việc đến giờ đã không xảy ra",
  "be the flash of a simulated lamp, with what a lamp keeps: its light, its name, its login":
    "làm bộ nhớ của đèn mô phỏng, với những gì một chiếc đèn lưu: ánh sáng, tên, thông tin đăng nhập",
  "bring every lamp to the state that was asked for, also after a power cut":
    "đưa mọi đèn về trạng thái được yêu cầu, kể cả sau khi mất điện",
  "check a credential": "kiểm tra thông tin xác thực",
  "check the codes of an authenticator": "kiểm tra mã của ứng dụng xác thực",
  "check who signs in": "kiểm tra người đăng nhập",
  "compute when the sun rises and sets at the home": "tính giờ mặt trời mọc và lặn tại nhà",
  "do as the owner chose": "làm theo lựa chọn của chủ nhà",
  "do what is due exactly once, also when the power fails or the clock is set":
    "làm việc đến giờ đúng một lần, kể cả khi mất điện hoặc chỉnh đồng hồ",
  "end what a rule began, also after a power cut": "kết thúc việc quy tắc đã bắt đầu, kể cả sau khi mất điện",
  "join the home's network, and hand it to a lamp inside a window that its owner has opened":
    "kết nối mạng của ngôi nhà và trao nó cho đèn trong khoảng thời gian chủ nhà mở",
  "keep the home's place out of the times at which its lamps follow the sun":
    "giữ kín vị trí ngôi nhà khỏi các thời điểm đèn theo mặt trời",
  "know a token of this phone from a forged or repeated one":
    "phân biệt thẻ của điện thoại này với thẻ giả hoặc lặp lại",
  "know this person's beacon or phone among all that are heard":
    "nhận ra thẻ phát sóng hoặc điện thoại của người này trong số các tín hiệu nghe được",
  "leave a lamp alone that somebody has set by hand while it follows the sun":
    "để yên chiếc đèn mà ai đó đã chỉnh tay trong lúc nó theo mặt trời",
  "let the owner tell programs apart and take their access away":
    "để chủ nhà phân biệt các chương trình và thu hồi quyền của chúng",
  "let this person sign in, and do what their role allows":
    "cho người này đăng nhập và làm những gì vai trò của họ cho phép",
  "light for those who come home, and none for those who have left":
    "thắp sáng cho người về nhà và tắt khi họ rời đi",
  "make the home look lived in while its people are away":
    "làm ngôi nhà trông như có người ở khi mọi người vắng nhà",
  "not use a place that came from a phone while its owner does not permit it to know where it is":
    "không dùng vị trí từ điện thoại khi chủ điện thoại không cho phép nó biết vị trí",
  "notice on the home's network that this person's phone is there":
    "nhận biết điện thoại của người này trên mạng của ngôi nhà",
  "reach the device": "liên lạc với thiết bị",
  "read what a sensor says that seals its readings, and believe nobody else":
    "đọc số đo của cảm biến có niêm phong và không tin nguồn nào khác",
  "show and command the lamps of the home by the names its people gave them":
    "hiển thị và điều khiển đèn theo tên mọi người đã đặt",
  "show the newest reading, also after a restart": "hiển thị số đo mới nhất, kể cả sau khi khởi động lại",
  "show who changed a setting, a name or a permission, and when":
    "cho biết ai đã thay đổi cài đặt, tên hoặc quyền, và khi nào",
  "switch lamps by clock, sun, sensors and people as the owner wrote down":
    "bật tắt đèn theo giờ, mặt trời, cảm biến và con người như chủ nhà đã ghi",
  "tell people apart in rules and in the app": "phân biệt mọi người trong quy tắc và ứng dụng",
  "tell what a sensor says from a recording of it, also after a restart":
    "phân biệt lời của cảm biến với bản ghi lại, kể cả sau khi khởi động lại",

  "know which version of the notice counts for this person":
    "biết phiên bản thông báo nào áp dụng cho người này",
  "remind the owner once a year to look through what is kept":
    "mỗi năm nhắc chủ nhà xem lại những gì được lưu",
  "the first version of the notice counts for this person":
    "phiên bản đầu tiên của thông báo áp dụng cho người này",
  "nobody is reminded": "không ai được nhắc",
  "the person themselves": "chính người đó",

  "a lamp that follows the sun takes back what somebody set by hand":
    "đèn theo mặt trời sẽ ghi đè điều ai đó đã chỉnh tay",
  "a recording of what a sensor once said passes for news after a restart":
    "sau khi khởi động lại, bản ghi cũ của cảm biến có thể bị coi là tin mới",
  "evenings of an empty home are drawn from what is usual in any home":
    "buổi tối của ngôi nhà vắng được mô phỏng theo thói quen chung của mọi nhà",
  "lamps forget their state when the hub restarts": "đèn quên trạng thái khi thiết bị khởi động lại",
  "lamps stay on that should go off by themselves": "đèn lẽ ra tự tắt sẽ vẫn sáng",
  "nobody can look up what was changed in the home": "không ai tra được điều gì đã thay đổi trong nhà",
  "nothing happens by itself": "không có gì tự động xảy ra",
  "programs cannot be given access": "không thể cấp quyền cho chương trình",
  "readings are unknown after a restart until the sensor speaks again":
    "sau khi khởi động lại, số đo chưa biết cho đến khi cảm biến gửi lại",
  "rules about this person's coming and going are paused":
    "các quy tắc về việc người này về và đi sẽ tạm dừng",
  "rules cannot be about this person": "quy tắc không thể nói về người này",
  "rules that follow the sun rest": "các quy tắc theo mặt trời sẽ nghỉ",
  "rules that follow the sun rest until somebody says the place by hand":
    "các quy tắc theo mặt trời nghỉ cho đến khi ai đó nhập vị trí bằng tay",
  "simulated lamps forget everything when the hub restarts":
    "đèn mô phỏng quên mọi thứ khi thiết bị khởi động lại",
  "the device cannot be reached": "không thể liên lạc với thiết bị",
  "the home cannot be set up": "không thể thiết lập ngôi nhà",
  "the home's network is not asked about this person": "mạng của ngôi nhà không được hỏi về người này",
  "the hub does not notice on the air that this person is there":
    "thiết bị không nhận biết qua sóng rằng người này có mặt",
  "the hub is reached by cable only, and lamps are told the network by hand":
    "chỉ dùng được thiết bị qua cáp, và phải nhập mạng cho đèn bằng tay",
  "the hub runs with its defaults": "thiết bị chạy với giá trị mặc định",
  "the phone cannot give the home's place": "điện thoại không thể cung cấp vị trí ngôi nhà",
  "the phone cannot say that its owner has come home": "điện thoại không thể báo rằng chủ của nó đã về nhà",
  "the question why is answered for the present state only":
    "câu hỏi vì sao chỉ được trả lời cho trạng thái hiện tại",
  "this person cannot sign in; whoever has a token or the printed link still can":
    "người này không thể đăng nhập; ai có thẻ hoặc liên kết in sẵn vẫn có thể",
  "what such a sensor says stays unread": "số đo của cảm biến như vậy không đọc được",
  "what was due may be done twice, or not at all": "việc đến giờ có thể làm hai lần hoặc không làm",
  "who sees when lamps follow the sun can compute where the home is":
    "ai thấy thời điểm đèn theo mặt trời có thể tính ra vị trí ngôi nhà",

  "a lamp that knows no better, and whoever is near, where the owner has said so for that one":
    "đèn không hỗ trợ cách an toàn hơn, và bất cứ ai ở gần, khi chủ nhà cho phép riêng đèn đó",
  "a lamp whose printed code its owner has given": "đèn mà chủ nhà đã nhập mã in trên đó",
  "holders of a token with admin": "người có thẻ quyền quản trị",
  "holders of a token with devices:write": "người có thẻ quyền thiết bị",
  "holders of a token with lights:read": "người có thẻ quyền xem đèn",
  "holders of a token with people:read": "người có thẻ quyền xem mọi người",
  "holders of a token with privacy": "người có thẻ quyền riêng tư",
  "the device itself": "chính thiết bị đó",
  "the owner": "chủ nhà",
  "the radio of this hub": "bộ thu phát của thiết bị này",
  "show who got what from this hub, when and why": "cho biết ai đã nhận gì từ hub này, khi nào và vì sao",
  "nobody can look up what has left the home": "không ai tra cứu được những gì đã rời khỏi ngôi nhà",
  "prove who agreed to the words of a role, who answers for whom, and what the owner allowed a program":
    "chứng minh ai đã đồng ý với lời cam kết của vai trò, ai chịu trách nhiệm cho ai và chủ nhà đã cho phép chương trình làm gì",
  "let guests in by a code that is shown or printed": "cho khách vào bằng mã được hiển thị hoặc in ra",
  "guests are let in by hand, one by one": "khách được cho vào bằng tay, từng người một",
  "nobody can prove afterwards who was given a way in":
    "sau này không ai chứng minh được ai đã được cấp quyền vào",
  "holders of a token with people:write": "người giữ thẻ có quyền people:write",
  "the program itself": "chính chương trình đó",
  "programs of others cannot be let in piece by piece":
    "không thể cho chương trình của người khác vào từng phần",
  "let the owner decide what a program of somebody else may do":
    "để chủ nhà quyết định chương trình của người khác được làm gì",
  "show the owner what a program has called": "cho chủ nhà thấy chương trình đã gọi những gì",
  "nobody can look up what a program did": "không ai tra cứu được chương trình đã làm gì",
  "the person": "người đó",
  "tell this person of every sign-in under their name":
    "báo cho người này biết mỗi lần đăng nhập bằng tên của họ",
  "nobody notices that somebody else signs in under this name":
    "không ai nhận ra khi người khác đăng nhập bằng tên này",
  "this person counts as of age, on the word of whoever gives them the account":
    "người này được xem là đủ tuổi, theo lời của người cấp tài khoản",
  "have a guardian confirm the account of somebody under age":
    "để người giám hộ xác nhận tài khoản của người chưa đủ tuổi",
  "answer what people ask of this home in time, and be able to show it":
    "trả lời đúng hạn điều mọi người yêu cầu ngôi nhà này, và có thể chứng minh điều đó",
  "attacks go unnoticed": "các cuộc tấn công không bị phát hiện",
  "know what is asked for, and by whom": "biết điều gì được yêu cầu và bởi ai",
  "nobody is warned": "không ai được cảnh báo",
  "notice attacks, answer them, and be able to show what was done and when":
    "phát hiện tấn công, ứng phó và có thể cho thấy đã làm gì, lúc nào",
  "requests cannot be taken": "không thể nhận yêu cầu",
  "tell people what concerns their safety or their rights, with what they can do":
    "báo cho mọi người điều liên quan đến an toàn hoặc quyền của họ, kèm những gì họ có thể làm",
  "whoever asked": "người đã yêu cầu",
  "whom it is for": "người mà nó dành cho",
  "know the commands of a service from forged or recorded ones, and seal what goes to it":
    "phân biệt lệnh thật của dịch vụ với lệnh giả hoặc phát lại, và niêm phong những gì gửi tới đó",
  "let services of others have what was agreed to, and no more":
    "cho dịch vụ của người khác nhận đúng những gì đã đồng ý, không hơn",
  "make services of others correct or forget what they have, and show which have said that they did":
    "yêu cầu dịch vụ của người khác sửa hoặc quên những gì họ có, và cho thấy bên nào đã xác nhận",
  "no service of others works with this home": "không dịch vụ nào của người khác hoạt động với ngôi nhà này",
  "people sign in with a password of this home": "mọi người đăng nhập bằng mật khẩu của ngôi nhà này",
  "sign in with an account of another provider": "đăng nhập bằng tài khoản của nhà cung cấp khác",
  "the mail service, of each message where it goes": "dịch vụ thư, nơi mỗi thư được gửi đến",
  "the service that it was made for": "dịch vụ mà nó được tạo cho",
  "the service, of the key of its own commands, once": "dịch vụ đó, nhận khóa lệnh của chính nó một lần",
  "what services of others still have is not followed up":
    "không theo dõi được dịch vụ của người khác còn giữ gì",
  "what this person has to know is shown in the app alone":
    "điều người này cần biết chỉ được hiển thị trong ứng dụng",
  "write to this person what they have to know, and news only if they have asked for it twice":
    "gửi cho người này điều họ cần biết, và tin tức chỉ khi họ đã yêu cầu hai lần",
  "nothing is done that needs consent": "không làm gì cần đến sự đồng ý",
  "show the app in the colours this person chose, in every browser they sign in with":
    "hiển thị ứng dụng theo màu người này đã chọn, trên mọi trình duyệt họ đăng nhập",
  "show who agreed to what, when, and what they were shown; and do nothing that they did not agree to":
    "cho thấy ai đã đồng ý điều gì, lúc nào, đã được cho xem gì; và không làm điều họ không đồng ý",
  "the app follows the system's colours": "ứng dụng theo màu của hệ thống",
  "keep to what this person has asked for: restriction, objection, and being asked whether it is still right":
    "giữ đúng điều người này đã yêu cầu: hạn chế, phản đối và được hỏi lại xem thông tin còn đúng không",
  "this person": "người này",
  "what somebody has asked for is forgotten": "điều một người đã yêu cầu bị quên mất",
  "a wrong clock makes the hub forget too early or too late":
    "đồng hồ sai khiến hub quên quá sớm hoặc quá muộn",
  "be there if a claim or a court needs it, and be read by nothing until then":
    "sẵn có khi khiếu nại hoặc tòa án cần, và không bị đọc cho đến lúc đó",
  "forget things in time and not before, also when the clock is wrong":
    "quên đúng lúc và không sớm hơn, kể cả khi đồng hồ sai",
  "keep what is needed for a claim or a court, and know that it is kept":
    "giữ những gì cần cho khiếu nại hoặc tòa án, và biết rằng nó được giữ",
  "no light is suggested; scenes made by hand are there as ever":
    "không gợi ý ánh sáng nào; các cảnh tạo bằng tay vẫn như cũ",
  "nobody can see that things are forgotten as promised":
    "không ai thấy được rằng dữ liệu được quên như đã hứa",
  "nothing is counted": "không đếm gì cả",
  "nothing outlives its end, whoever needs it": "không gì tồn tại quá hạn, dù ai cần",
  "nothing stays of the history when it ends": "không còn gì của lịch sử khi hết hạn",
  "offer this person the light they usually choose": "gợi ý cho người này ánh sáng họ thường chọn",
  "show how much the lamps are used, without a word about when and by whom":
    "cho thấy đèn được dùng nhiều ít, không nói khi nào và bởi ai",
  "show that what is kept for a time is gone after it, and how":
    "cho thấy dữ liệu giữ có thời hạn đã hết sau đó, và bằng cách nào",
  "show which parts of the hub are used, by people who agree to be counted":
    "cho thấy phần nào của hub được dùng, bởi những người đồng ý được đếm",
};
