/** What is guessed first: common passwords of at least eight characters, gathered by hand, in lower case. */
export const commonPasswords: readonly string[] = `
00000000 01234567 0123456789 0987654321 09876543 11111111 111111111 1111111111 11112222 11223344 1122334455
12121212 12312312 123123123 12341234 123454321 12345678 123456789 1234567890 12345678910 1234567891 123456789a 123456789q
1234567a 12345679 1234567q 12345qwert 1234abcd 1234qwer 123qweasd 123qweasdzxc 13131313 13579246 147258369 147852369
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 22222222 33333333 44444444 55555555 66666666 77777777
78945612 789456123 87654321 88888888 963852741 987654321 9876543210 99999999 a1234567 a12345678 a123456789 aa123456
aa12345678 aaaaaaaa abc12345 abc123456 abcd1234 abcdefgh abcdefghi access14 adidas123 admin123 admin1234 administrator
alexander alexandra arsenal1 asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl babygirl babygirl1 barcelona baseball
basketball benjamin blink182 bonjour1 butterfly calendar california caroline carolina catherine champion changeme
charlie1 charlotte chelsea1 chocolate christian christine christopher cocacola computer computer1 corvette danielle
default1 destiny1 dragon12 einstein elephant elizabeth explorer facebook fantasia fernando fireball firebird football
football1 forever1 franklin freedom1 gabriela gabrielle ginger12 godzilla goldfish guinness hallo123 hamilton hardcore
hello123 hellokitty homepage iloveyou iloveyou1 iloveyou2 infinity internet isabella jasmine1 jennifer jessica1 jonathan
jordan23 kimberly kristina lampkeeper leonardo letmein1 letmein123 liverpool liverpool1 lollipop loveyou1 madison1 marlboro
marvelous maverick mercedes metallic michael1 michelle midnight minecraft monkey12 mountain mustang1 naruto123 nicholas
nintendo nothing1 november p@ssw0rd p@ssword pa55word panasonic passord1 passw0rd passwort passwort1 password password1
password12 password123 password1234 patricia pavilion peaches1 pleasework pokemon1 portugal precious president princess
princess1 q1w2e3r4 q1w2e3r4t5 qazwsxedc qqww1122 qwaszx12 qweasdzxc qwer1234 qwerasdf qwerqwer qwerty12 qwerty123
qwerty1234 qwerty12345 qwertyui qwertyuiop qwertzuiop rainbow1 raspberry rasmuslerdorf rockstar rush2112 samantha samsung1
sandrine scorpion sebastian september shadow12 skywalker slipknot snowball softball soleil123 spiderman spiderman1 startrek
starwars starwars1 steelers strawberry summer12 sunflower sunshine sunshine1 superman superman1 superstar swordfish
tarheels telephone test1234 testing1 testtest thunder1 thunderbird tinkerbell tottenham trustno1 twilight undertaker
veronica victoria victory1 volleyball welcome1 welcome123 westside whatever william1 winston1 wolverine yamaha12 yellow12
zaq12wsx zaq1xsw2 zxcvbnm1 zxcvbnm123 zxcvbnmasd zzzzzzzz
`
  .trim()
  .split(/\s+/);
